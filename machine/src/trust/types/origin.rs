//! Origins: the name of a ledger, which every signature contains and every login text shows.

use alloc::string::{String, ToString as _};
use core::{fmt, ops::Deref};

use super::as_text;
use crate::kernel::table::RowKey;

/// A ledger's name: `host[:port]` in lower case, at most 253 bytes. The host is an IPv4 address (four numbers 0..=255 without leading
/// zeros), or labels of 1..=63 `[a-z0-9-]` joined by single dots, without a dash at either end of a label (RFC 1123), of which the last
/// is no number. The port is 1..=65535 without leading zeros.
///
/// ERC-4361 shows it as the domain and behind `https://`, so whatever a URL would read otherwise is refused: where the last label is a
/// number, decimal or `0x` and hex digits, browsers read the host as an IPv4 address, `127.1` as 127.0.0.1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin(String);

/// The longest origin, in bytes.
const BYTES_MAX: usize = 253;
/// The longest label of a host, in bytes (RFC 1123, 2.1).
const LABEL_BYTES_MAX: usize = 63;

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
        let good = text.len() <= BYTES_MAX && is_host(host) && port.is_none_or(is_port);
        good.then(|| Self(text.to_string()))
    }
}

as_text!(Origin, "a lower-case host[:port]");

fn is_host(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or_default();
    if is_number(last) { is_address(host) } else { host.split('.').all(is_label) }
}

/// Whether a URL reads a host that ends with this label as an address.
fn is_number(label: &str) -> bool {
    let hex = label.strip_prefix("0x").map(|digits| digits.bytes().all(|digit| digit.is_ascii_hexdigit()));
    hex.unwrap_or_else(|| label.bytes().all(|digit| digit.is_ascii_digit()))
}

/// Whether a host is an IPv4 address in its one spelling.
fn is_address(host: &str) -> bool {
    let is_octet = |part: &str| part.parse::<u8>().is_ok_and(|number| number.to_string() == part);
    host.split('.').count() == 4 && host.split('.').all(is_octet)
}

fn is_label(label: &str) -> bool {
    let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    let length = (1..=LABEL_BYTES_MAX).contains(&label.len());
    length && label.bytes().all(good) && !label.starts_with('-') && !label.ends_with('-')
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
        let longest = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(61));
        let names =
            ["localhost", "localhost:8787", "atlas.example", "a-b.c0.example:1", "x:65535", "0.a", "0x1g", "1-2"];
        for good in names.into_iter().chain(["127.0.0.1", "0.0.0.0:1", "255.255.255.255", &longest]) {
            assert_eq!(Origin::parse(good).map(|origin| origin.to_string()).as_deref(), Some(good));
        }
    }

    #[test]
    fn what_a_url_would_read_otherwise_is_no_origin() {
        let too_long = format!("{0}.{0}.{0}.{1}", "a".repeat(63), "b".repeat(62));
        let label_too_long = format!("{}.b", "a".repeat(64));
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
            "0",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0x7f000001",
            "0x",
            "a.0xff",
            "a.1",
            "1.2.3",
            "1.2.3.4.5",
            "1.2.3.256",
            "1.2.3.04",
            "01.2.3.4",
            "1.2.3.",
            "1.2.3.4.",
            "1..3.4",
            &too_long,
            &label_too_long,
        ] {
            assert_eq!(Origin::parse(bad), None, "{bad}");
        }
    }
}
