//! Keywords as names of the domain.

pub mod r#async {
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct Inbox {
        pub r#await: Vec<u32>,
        pub r#type: u8,
    }

    pub fn r#yield(inbox: &mut Inbox) -> Option<u32> {
        inbox.r#await.pop()
    }
}

pub struct r#Instant(pub u32);

impl r#Instant {
    pub fn r#now(tick: u32) -> Self {
        r#Instant(tick)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Static,
    Extern,
    Unsafe,
}

pub fn r#move(inbox: &mut r#async::Inbox, kind: Kind) -> Option<u32> {
    let r#static = kind == Kind::Static;
    let r#dyn = r#async::r#yield(inbox)?;
    match kind {
        Kind::Unsafe => None,
        _ if r#static => Some(r#dyn),
        _ => Some(r#dyn + Instant::now(1).0),
    }
}
