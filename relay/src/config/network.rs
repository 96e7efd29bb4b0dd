//! Networks of addresses, for the list of trusted proxies.

use std::fmt;
use std::net::IpAddr;

/// A network of IP addresses, such as `10.0.0.0/8`; a bare address is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    prefix: u8,
}

impl Network {
    /// The network in `text`, if it is one. Bits behind the prefix must be zero: `10.0.0.1/8` is
    /// more often a slip than a wish.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => (address, Some(prefix)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let width = width(address);
        let prefix = match prefix {
            Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
                digits.parse().ok().filter(|prefix| *prefix <= width)?
            }
            Some(_) => return None,
            None => width,
        };
        (bits(address) & !mask(address, prefix) == 0).then_some(Self { address, prefix })
    }

    /// Whether every address is in it.
    pub(super) fn is_all(&self) -> bool {
        self.prefix == 0
    }

    /// Whether `address` is in the network. An IPv4-mapped IPv6 address must be unmapped before.
    pub fn contains(&self, address: IpAddr) -> bool {
        width(self.address) == width(address)
            && bits(address) & mask(address, self.prefix) == bits(self.address)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.prefix)
    }
}

const fn width(address: IpAddr) -> u8 {
    match address {
        IpAddr::V4(_) => 32,
        IpAddr::V6(_) => 128,
    }
}

fn bits(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(address.to_bits()),
        IpAddr::V6(address) => address.to_bits(),
    }
}

/// The first `prefix` bits of an address as wide as `address`.
fn mask(address: IpAddr, prefix: u8) -> u128 {
    let host_bits = u32::from(width(address) - prefix);
    u128::MAX.checked_shl(host_bits).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_holds_its_addresses_and_no_others() {
        let check = |network: &str, address: &str, expect: bool| {
            let network = Network::parse(network).unwrap();
            assert_eq!(network.contains(address.parse().unwrap()), expect, "{network} {address}");
        };
        check("10.0.0.0/8", "10.255.0.1", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("127.0.0.1", "127.0.0.1", true);
        check("127.0.0.1", "127.0.0.2", false);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("0.0.0.0/0", "::1", false);
        check("2001:db8::/32", "2001:db8:1::1", true);
        check("2001:db8::/32", "2001:db9::1", false);
        check("::/0", "::1", true);
        check("::/0", "10.0.0.1", false);
    }

    #[test]
    fn what_is_no_network_is_refused() {
        for text in
            ["", "10.0.0.1/8", "10.0.0.0/33", "::/129", "10.0.0.0/", "10.0.0.0/+8", "a", "*"]
        {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
