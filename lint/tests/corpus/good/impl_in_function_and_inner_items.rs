pub fn settle(amounts: &[i64]) -> Vec<(usize, i64)> {
    #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
    struct Instant {
        index: usize,
        amount: i64,
    }

    impl Instant {
        const LIMIT: i64 = 1_000;

        fn now((index, amount): (usize, &i64)) -> Self {
            Self { index, amount: (*amount).clamp(-Self::LIMIT, Self::LIMIT) }
        }
    }

    trait Visible {
        fn visible(&self) -> bool;
    }

    impl Visible for Instant {
        fn visible(&self) -> bool {
            self.amount != 0
        }
    }

    mod helper {
        pub fn pair(a: usize, b: i64) -> (usize, i64) {
            (a, b)
        }
    }

    use helper::pair;
    const NONE: usize = 0;

    let mut rows: Vec<Instant> = amounts.iter().enumerate().map(Instant::now).collect();
    rows.retain(Visible::visible);
    rows.sort();
    rows.into_iter().map(|r| pair(r.index.max(NONE), r.amount)).collect()
}
