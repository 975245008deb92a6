//! From which address of the network somebody comes, as far as it tells who they are. Behind a proxy of the house the
//! connection is the proxy's, and what it saw stands in `X-Forwarded-For`; what a stranger writes there is not believed.

use std::convert::Infallible;
use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::HeaderMap;
use axum::http::request::Parts;

/// `None`: it comes from inside the house, which tells nothing about who posts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Address(pub Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Address {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        let connected = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        Ok(of(connected.map(|ConnectInfo(at)| at.ip()), &parts.headers))
    }
}

fn of(connected: Option<IpAddr>, headers: &HeaderMap) -> Address {
    let outside = |ip: &IpAddr| !inside(ip);
    if let Some(ip) = connected.filter(outside) {
        return Address(Some(named(ip)));
    }
    let told = headers.get_all("x-forwarded-for").iter().rev();
    let told = told.filter_map(|value| value.to_str().ok());
    // Each proxy adds on the right what it saw.
    let mut seen = told
        .flat_map(|value| value.rsplit(','))
        .filter_map(|one| one.trim().parse().ok());
    Address(seen.find(outside).map(named))
}

fn inside(ip: &IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            ip.is_loopback() || ip.is_private() || ip.is_link_local() || ip.is_unspecified()
        }
        IpAddr::V6(ip) => {
            ip.is_loopback()
                || ip.is_unspecified()
                || ip.is_unique_local()
                || ip.is_unicast_link_local()
        }
    }
}

/// A household has one address of the old kind, or a whole network of the new.
fn named(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.to_string(),
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0).to_string()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_proxy_of_the_house_is_believed() {
        for (connected, told, address) in [
            (Some("203.0.113.7"), "", Some("203.0.113.7")),
            (Some("203.0.113.7"), "198.51.100.1", Some("203.0.113.7")),
            (Some("127.0.0.1"), "198.51.100.1", Some("198.51.100.1")),
            (
                Some("10.0.0.2"),
                "1.1.1.1, 198.51.100.1, 10.0.0.9",
                Some("198.51.100.1"),
            ),
            (Some("127.0.0.1"), "", None),
            (Some("127.0.0.1"), "không phải", None),
            (Some("2001:db8:1:2:3:4:5:6"), "", Some("2001:db8:1:2::")),
            (Some("::ffff:203.0.113.7"), "", Some("203.0.113.7")),
            (None, "", None),
        ] {
            let mut headers = HeaderMap::new();
            if let Ok(value) = told.parse() {
                headers.insert("x-forwarded-for", value);
            }
            let connected = connected.map(|ip| ip.parse().expect("an address"));
            assert_eq!(
                of(connected, &headers).0.as_deref(),
                address,
                "{connected:?} {told}"
            );
        }
    }
}
