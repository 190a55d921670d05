#[cfg(target_pointer_width = "64")] //~ ZS821
pub const MAX_ITEMS: u64 = 1 << 40;

#[cfg(not(target_pointer_width = "64"))] //~ ZS821
pub const MAX_ITEMS: u64 = 1 << 20;

pub struct Store {
    pub items: u64,
}

pub fn add(store: &mut Store, n: u64) -> bool {
    let fits = store.items.checked_add(n).is_some_and(|t| t <= MAX_ITEMS);
    if fits {
        store.items += n;
    }
    fits
}
