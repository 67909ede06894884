//! Keeps web pages out while no keys are asked for.
//!
//! A browser lets any page send requests to 127.0.0.1, and DNS rebinding lets it read the answers under its own
//! name. So the Host (or HTTP/2's `:authority`) must name this machine's loopback, and an Origin, which only a
//! browser sends, must be a page of this machine too, or one that a `CorsPolicy` lets in ([`super::cors`]). It stands before
//! every route of every listener.

use std::net::{Ipv4Addr, Ipv6Addr};

use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse as _, Response};
use http::{HeaderMap, Uri, header};

use super::cors::{Origins, Page};
use crate::platform::problem::{ApiError, Code};

/// Proof that the guard let a request through. Only this module makes one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Admitted(());

/// Why a request is not let through.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refusal {
    /// It names another host, or none.
    #[error("the host {0:?} is not this machine's loopback; use localhost, 127.0.0.1 or [::1]")]
    Host(String),
    /// A page of another site sent it.
    #[error("requests from web pages of {0:?} are not accepted; a CorsPolicy lets pages in")]
    Origin(String),
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let code = match refusal {
            Refusal::Host(_) => Code::ForbiddenHost,
            Refusal::Origin(_) => Code::ForbiddenOrigin,
        };
        Self::new(code, refusal.to_string())
    }
}

/// Puts the guard before all routes of a router, its fallback included; refusals are problem details.
pub(crate) fn guarded(router: Router, origins: Origins) -> Router {
    guarded_with(router, origins, |refusal, _| ApiError::from(refusal).into_response())
}

/// Puts the guard before all routes of a router; `refuse` writes the refusals.
pub(crate) fn guarded_with(
    router: Router,
    origins: Origins,
    refuse: fn(Refusal, &Request) -> Response,
) -> Router {
    router.layer(from_fn(move |mut request: Request, next: Next| {
        let origins = origins.clone();
        async move {
            let page = match check(request.uri(), request.headers(), &origins) {
                Ok((admitted, page)) => {
                    request.extensions_mut().insert(admitted);
                    page
                }
                Err(refusal) => return refuse(refusal, &request),
            };
            let Some(page) = page else { return next.run(request).await };
            if Page::is_preflight(request.method(), request.headers()) {
                return page.preflight(request.headers());
            }
            let mut response = next.run(request).await;
            page.mark(&mut response);
            response
        }
    }))
}

/// Whether the request names this machine, and comes from no foreign page but one that is let in.
fn check(uri: &Uri, headers: &HeaderMap, origins: &Origins) -> Result<(Admitted, Option<Page>), Refusal> {
    let mut hosts: Vec<&str> = uri.authority().map(http::uri::Authority::as_str).into_iter().collect();
    for value in headers.get_all(header::HOST) {
        hosts.push(value.to_str().map_err(|_| Refusal::Host(lossy(value)))?);
    }
    if hosts.is_empty() {
        return Err(Refusal::Host(String::new()));
    }
    if let Some(foreign) = hosts.iter().find(|host| !is_loopback(host)) {
        return Err(Refusal::Host(shorten(foreign)));
    }
    let mut page = None;
    for value in headers.get_all(header::ORIGIN) {
        let origin = value.to_str().ok();
        if origin.and_then(origin_host).is_some_and(is_loopback) {
            continue;
        }
        match origin.and_then(|origin| origins.allow(origin)) {
            Some(seconds) => page = Some(Page { origin: value.clone(), seconds }),
            None => return Err(Refusal::Origin(lossy(value))),
        }
    }
    Ok((Admitted(()), page))
}

/// The `host:port` of an origin, which has a scheme and neither path nor user; `None` for the opaque `null`.
fn origin_host(origin: &str) -> Option<&str> {
    origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"))
}

/// Whether a `host` or `host:port` is `localhost`, in 127.0.0.0/8, or `[::1]`.
fn is_loopback(authority: &str) -> bool {
    let (host, port) = match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((v6, port)) => {
            return v6.parse::<Ipv6Addr>().is_ok_and(|ip| ip.is_loopback())
                && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port));
        }
        None => authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    };
    let named = host.eq_ignore_ascii_case("localhost");
    (named || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_loopback())) && port.is_none_or(is_port)
}

fn is_port(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

fn lossy(value: &http::HeaderValue) -> String {
    shorten(&String::from_utf8_lossy(value.as_bytes()))
}

/// What is quoted comes from outside: it is cut, so that a message stays a message.
fn shorten(text: &str) -> String {
    text.chars().take(100).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(host: &str, origin: Option<&str>) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        if let Some(origin) = origin {
            headers.insert(header::ORIGIN, origin.parse().unwrap());
        }
        check(&Uri::from_static("/api/v2/logs"), &headers, &Origins::default()).map(|_| ())
    }

    #[test]
    fn loopback_hosts_with_any_port_are_let_through() {
        for host in ["localhost", "LocalHost:3100", "127.0.0.1:4318", "127.8.9.10", "[::1]", "[::1]:65535"] {
            assert_eq!(verdict(host, None), Ok(()), "{host}");
        }
    }

    #[test]
    fn other_hosts_are_refused() {
        let hosts = [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.evil.example",
            "192.168.0.1:3100",
            "0.0.0.0:3100",
            "[::]:3100",
            "[::1]evil",
            "[::1",
            "::1",
            "localhost:99999",
            "localhost:",
            "localhost:80:80",
            "user@localhost",
            "127.1",
            "2130706433",
            "",
        ];
        for host in hosts {
            assert_eq!(verdict(host, None), Err(Refusal::Host(host.into())), "{host}");
        }
        assert_eq!(
            check(&Uri::from_static("/"), &HeaderMap::new(), &Origins::default()).map(|_| ()),
            Err(Refusal::Host(String::new()))
        );
    }

    #[test]
    fn a_foreign_authority_is_refused_even_beside_a_good_host() {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, "localhost".parse().unwrap());
        assert!(check(&Uri::from_static("http://evil.example/"), &headers, &Origins::default()).is_err());
        headers.append(header::HOST, "evil.example".parse().unwrap());
        assert!(check(&Uri::from_static("/"), &headers, &Origins::default()).is_err());
    }

    #[test]
    fn pages_of_other_sites_are_refused() {
        for origin in ["http://localhost:3100", "http://127.0.0.1:8080", "https://[::1]"] {
            assert_eq!(verdict("localhost", Some(origin)), Ok(()), "{origin}");
        }
        for origin in
            ["null", "https://evil.example", "file://", "http://localhost.evil.example", "http://localhost/x"]
        {
            assert_eq!(verdict("localhost", Some(origin)), Err(Refusal::Origin(origin.into())), "{origin}");
        }
    }
}
