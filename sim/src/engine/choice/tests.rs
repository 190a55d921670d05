//! Choices: keys are stable, sources agree, text survives the way there and back.

use super::*;

fn rare(choices: &mut Choices, point: Point, times: u64) -> Vec<u64> {
    (0..times).map(|_| choices.rare(point, 250_000, 10)).collect()
}

#[test]
fn what_is_chosen_at_one_place_does_not_depend_on_others() {
    let mut alone = Choices::new(Source::Seed(7));
    let point = alone.open("drop", "a->b");
    let expected = rare(&mut alone, point, 100);

    let mut among = Choices::new(Source::Seed(7));
    let (other, point) = (among.open("drop", "b->a"), among.open("drop", "a->b"));
    let mixed: Vec<_> = (0..100).map(|_| (rare(&mut among, other, 3), among.rare(point, 250_000, 10)).1).collect();
    assert_eq!(mixed, expected);
}

#[test]
fn kinds_entities_and_seeds_have_streams_of_their_own() {
    let stream = |seed, kind: &'static str, entity| {
        let mut choices = Choices::new(Source::Seed(seed));
        let point = choices.open(kind, entity);
        (0..20).map(|_| choices.pick(point, 1_000)).collect::<Vec<_>>()
    };
    let streams = [stream(1, "drop", "a"), stream(2, "drop", "a"), stream(1, "delay", "a"), stream(1, "drop", "b")];
    let unique: std::collections::BTreeSet<_> = streams.iter().collect();
    assert_eq!(unique.len(), 4);
}

#[test]
fn rare_strikes_as_often_as_it_says_and_each_way() {
    let mut choices = Choices::new(Source::Seed(1));
    let point = choices.open("drop", "a->b");
    let drawn = rare(&mut choices, point, 100_000);
    let strikes = drawn.iter().filter(|&&how| how > 0).count();
    assert!((24_000..26_000).contains(&strikes), "{strikes} of 100,000 at one in four");
    assert!((0..=10).all(|how| drawn.contains(&how)) && drawn.iter().all(|&how| how <= 10));
}

#[test]
fn deleting_an_entry_makes_that_choice_boring_and_no_other() {
    let mut seeded = Choices::new(Source::Seed(3)).recording();
    let point = seeded.open("drop", "a->b");
    let mut drawn = rare(&mut seeded, point, 100);
    let mut entries = seeded.log().entries().to_vec();
    let gone = entries.remove(4);

    let mut replayed = Choices::new(Source::Log(entries.into_iter().collect()));
    let point = replayed.open("drop", "a->b");
    drawn[gone.nth as usize - 1] = 0;
    assert_eq!(rare(&mut replayed, point, 100), drawn);
}

#[test]
fn a_log_that_says_more_than_can_be_is_held_to_what_can() {
    let mut choices = Choices::new(Source::Log("drop a 1 = 99\ndrop a 2 = 99".parse().expect("a log")));
    let point = choices.open("drop", "a");
    assert_eq!((choices.rare(point, 1, 3), choices.pick(point, 3)), (3, 2));
}

#[test]
fn bytes_are_used_up_and_then_all_is_boring() {
    let mut choices = Choices::new(Source::Bytes(vec![255, 4, 0, 255, 1, 2, 3]));
    let point = choices.open("drop", "a");
    assert_eq!(rare(&mut choices, point, 2), [5, 0]);
    assert_eq!(choices.pick(point, 256), 255);
    assert_eq!((choices.pick(point, 1 << 16), choices.pick(point, 1 << 16)), (0x0201, 3));
    assert_eq!((choices.pick(point, 7), choices.rare(point, 1_000_000, 7)), (0, 0));
}

#[test]
fn a_log_is_sorted_text_of_one_choice_a_line() {
    let text = "# a run\n\nlatency b->a 2 = 17\n  drop   a->b 10 = 1\ndrop a->b 9 = 1\n";
    let log: ChoiceLog = text.parse().expect("a log");
    assert_eq!(log.to_string(), "drop a->b 9 = 1\ndrop a->b 10 = 1\nlatency b->a 2 = 17\n");
    assert_eq!(log.to_string().parse(), Ok(log));
}

#[test]
fn what_is_no_log_says_where_and_what_was_expected() {
    let error = |text: &str| text.parse::<ChoiceLog>().expect_err("no log").to_string();
    let shape = "expected `kind entity use = value`, such as `drop alice->node 7 = 1`, found `drop a 1`";
    assert_eq!(error("drop a 1 = 1\n\ndrop a 1"), format!("line 3: {shape}"));
    let number = "must be a whole number from 1 to 2^64 - 1, found";
    assert_eq!(error("drop a 0 = 1"), format!("line 1: the use {number} `0`"));
    assert_eq!(error("drop a 1 = -4"), format!("line 1: the value {number} `-4`"));
    assert_eq!(error("drop a 1 = 1\ndrop a 1 = 2"), "line 2: this choice was already made in line 1");
}
