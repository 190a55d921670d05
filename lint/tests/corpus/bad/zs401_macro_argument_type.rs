macro_rules! state {
    ($($field:ident : $ty:ty),* $(,)?) => {
        #[derive(Default)]
        pub struct State { $(pub $field: $ty),* }
    };
}

state! {
    height: u64,
    open: std::collections::BTreeSet<u64>,
    closed: std::collections::HashSet<u64>, //~ ZS401
}

pub fn close(state: &mut State, id: u64) {
    state.open.remove(&id);
    state.height += 1;
}
