use std::sync::mpsc;

pub enum Event {
    Opened(u64),
    Closed(u64),
}

pub fn replay(ids: &[u64]) -> Vec<Event> {
    let (tx, rx) = mpsc::channel(); //~ ZS601
    for id in ids {
        let _ = tx.send(Event::Opened(*id)); //~? ZS601
        let _ = tx.send(Event::Closed(*id)); //~? ZS601
    }
    drop(tx);
    rx.into_iter().collect() //~? ZS601
}
