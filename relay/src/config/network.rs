//! Networks of addresses, for the list of trusted proxies.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

/// A network of IP addresses, such as `10.0.0.0/8`; a bare address is a network of one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network(IpNet);

impl Network {
    /// The network in `text`, if it is one. Bits behind the prefix must be zero: `10.0.0.1/8` is
    /// more often a mistake than intended.
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) =
            text.split_once('/').map_or((text, None), |(it, prefix)| (it, Some(prefix)));
        // The standard library refuses octets with leading zeros, which some programs read as octal.
        let address: IpAddr = address.parse().ok()?;
        let network = if prefix.is_some() { text.parse().ok()? } else { IpNet::from(address) };
        (network.network() == address).then_some(Self(network))
    }

    /// Whether every address is in it.
    pub(super) fn is_all(&self) -> bool {
        self.0.prefix_len() == 0
    }

    /// Whether `address` is in the network. An IPv4-mapped IPv6 address must be unmapped before.
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
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
        for text in [
            "",
            "10.0.0.1/8",
            "10.0.0.0/33",
            "::/129",
            "10.0.0.0/",
            "10.0.0.0/+8",
            "a",
            "*",
            "010.0.0.0/8",
        ] {
            assert_eq!(Network::parse(text), None, "{text}");
        }
    }
}
