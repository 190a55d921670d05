//! Origins: the name of a ledger, which every signature contains and every login text shows.

use alloc::string::{String, ToString as _};
use core::{fmt, ops::Deref};

use super::as_text;
use crate::kernel::table::RowKey;

/// A ledger's name: `host[:port]` in lower case, at most 253 bytes. The host is labels of `[a-z0-9-]` joined by single dots,
/// without a dash at either end of a label; the port is 1..=65535 without leading zeros.
///
/// ERC-4361 shows it as the domain and behind `https://`, so whatever a URL would read otherwise is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// The longest origin, in bytes.
const BYTES_MAX: usize = 253;

impl Origin {
    /// The origin as a text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Deref for Origin {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl RowKey for Origin {
    fn parse(text: &str) -> Option<Self> {
        let (host, port) = text.split_once(':').map_or((text, None), |(host, port)| (host, Some(port)));
        let good = text.len() <= BYTES_MAX && host.split('.').all(is_label) && port.is_none_or(is_port);
        good.then(|| Self(text.to_string()))
    }
}

as_text!(Origin, "a lower-case host[:port]");

fn is_label(label: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !label.is_empty() && label.bytes().all(good) && !label.starts_with('-') && !label.ends_with('-')
}

fn is_port(port: &str) -> bool {
    port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port)
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn an_origin_is_a_lower_case_host_and_perhaps_a_port() {
        let longest = format!("{}.{}", "a".repeat(63), "b".repeat(189));
        for good in
            ["localhost", "localhost:8787", "atlas.example", "a-b.c0.example:1", "x:65535", "127.0.0.1", &longest]
        {
            assert_eq!(Origin::parse(good).map(|origin| origin.to_string()).as_deref(), Some(good));
        }
    }

    #[test]
    fn what_a_url_would_read_otherwise_is_no_origin() {
        let too_long = format!("{}.{}", "a".repeat(63), "b".repeat(190));
        for bad in [
            "",
            ":",
            "a:",
            ":1",
            "a:b",
            "..",
            "a..b",
            ".a",
            "a.",
            "a:0",
            "a:01",
            "a:+1",
            "a:65536",
            "host:99999",
            "a:1:2",
            "Atlas",
            "a/b",
            "a b",
            "a@b",
            "-a",
            "a-",
            "a.-b",
            "a-.b",
            "é",
            "a_b",
            "[::1]",
            &too_long,
        ] {
            assert_eq!(Origin::parse(bad), None, "{bad}");
        }
    }
}
