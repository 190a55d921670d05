//! `log` and `tracing` are event lists of the state, not crates.

pub mod log {
    #[derive(Clone, Debug, Default)]
    pub struct Log(pub Vec<(u8, String)>);

    pub fn info(log: &mut Log, text: &str) {
        log.0.push((1, text.to_owned()));
    }

    pub fn warn(log: &mut Log, text: &str) {
        log.0.push((2, text.to_owned()));
    }
}

pub mod tracing {
    macro_rules! span {
        ($log:expr, $name:literal) => {
            crate::log::info($log, $name)
        };
    }
    pub(crate) use span;
}

pub struct Farm {
    pub log: log::Log,
    pub crops: u32,
}

impl Farm {
    pub fn harvest(&mut self, n: u32) -> bool {
        tracing::span!(&mut self.log, "harvest");
        match self.crops.checked_sub(n) {
            Some(rest) => {
                self.crops = rest;
                log::info(&mut self.log, "done");
                true
            }
            None => {
                self::log::warn(&mut self.log, "too many");
                false
            }
        }
    }
}
