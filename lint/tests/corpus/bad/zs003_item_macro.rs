//! A state machine described by a macro of another crate.

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    Open,
    Closed,
}

fsm_kit::machine! { //~ ZS003|ZS001
    Door {
        Open => Closed,
        Closed => Open,
    }
}

pub fn initial() -> Door {
    Door::Closed
}
