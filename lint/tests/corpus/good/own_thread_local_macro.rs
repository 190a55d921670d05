//! Macros with frightening names that build plain values.

macro_rules! thread_local {
    ($($name:ident = $value:expr;)*) => {
        $(pub const $name: u32 = $value;)*
    };
}

macro_rules! select {
    ($($cond:expr => $value:expr),+ ; $default:expr) => {
        $(if $cond { $value } else)+ { $default }
    };
}

macro_rules! env {
    ($name:ident) => {
        stringify!($name)
    };
}

thread_local! {
    REPLIES = 20;
    DEPTH = 4;
}

pub struct Topic {
    pub replies: u32,
    pub depth: u32,
}

pub fn state(t: &Topic) -> &'static str {
    select! {
        t.replies > REPLIES => env!(hot),
        t.depth > DEPTH => env!(deep);
        env!(calm)
    }
}
