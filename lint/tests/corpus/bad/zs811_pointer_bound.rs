use std::fmt::{self, Pointer as Address};

pub struct Handle<T>(pub T);

impl<T: Address> fmt::Display for Handle<T> { //~ ZS811
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Pointer::fmt(&self.0, f) //~ ZS811
    }
}

pub fn unwrap<T>(h: Handle<T>) -> T {
    h.0
}
