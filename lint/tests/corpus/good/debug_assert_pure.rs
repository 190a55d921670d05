pub struct Window {
    pub low: u64,
    pub high: u64,
    pub limit: u64,
}

pub fn narrow(w: &mut Window, low: u64, high: u64) -> bool {
    debug_assert!(low <= high);
    debug_assert!(w.low <= w.high && w.high <= w.limit, "window out of order");
    debug_assert_eq!(w.low % 2, 0);
    if low < w.low || high > w.high {
        return false;
    }
    w.low = low;
    w.high = high;
    debug_assert_ne!(w.limit, 0);
    true
}

pub fn clip(w: &Window, at: u64) -> u64 {
    at.clamp(w.low, w.high)
}
