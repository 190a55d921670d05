pub fn halves(values: &[u64]) -> (u64, u64) {
    let (left, right) = values.split_at(values.len() / 2);
    std::thread::scope(|s| { //~ ZS601
        let a = s.spawn(|| left.iter().copied().max()); //~? ZS601
        let b = right.iter().copied().max();
        (a.join().ok().flatten().unwrap_or(0), b.unwrap_or(0)) //~? ZS601
    })
}

pub struct Owner {
    pub thread: std::thread::ThreadId, //~ ZS601
}
