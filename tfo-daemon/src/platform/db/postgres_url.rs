//! The URL of a PostgreSQL database.

use std::fmt;
use std::str::FromStr;

use sqlx::postgres::PgConnectOptions;
use url::Url;

/// What stands where a password does not.
const REDACTED: &str = "redacted";

/// `postgres://USER:PASSWORD@HOST:PORT/DATABASE?sslmode=…`. Never shows its password.
#[derive(Clone, PartialEq, Eq)]
pub struct PostgresUrl(Url);

impl FromStr for PostgresUrl {
    type Err = String;

    /// Reads it. The error does not repeat the text, for the text may hold a password.
    fn from_str(text: &str) -> Result<Self, String> {
        let expected = "expected a URL like postgres://tfo@db.example.com/tfo";
        let url = Url::parse(text).map_err(|error| format!("{expected}: {error}"))?;
        if !matches!(url.scheme(), "postgres" | "postgresql") {
            return Err(format!("{expected}, got one of {:?}", url.scheme()));
        }
        if url.query_pairs().any(|(key, _)| key == "password") {
            return Err(
                "expected the password before the host: postgres://tfo:PASSWORD@db.example.com/tfo".into()
            );
        }
        if url.password() == Some(REDACTED) {
            return Err("the password is redacted: put the real one in its place".into());
        }
        PgConnectOptions::from_str(url.as_str()).map_err(|error| format!("{expected}: {error}"))?;
        Ok(Self(url))
    }
}

impl PostgresUrl {
    pub(super) fn options(&self) -> Result<PgConnectOptions, sqlx::Error> {
        PgConnectOptions::from_str(self.0.as_str())
    }
}

impl fmt::Display for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut url = self.0.clone();
        if url.password().is_some() {
            // Fails for a URL without a host only, which has no password.
            let _ = url.set_password(Some(REDACTED));
        }
        f.write_str(url.as_str())
    }
}

impl fmt::Debug for PostgresUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        let url: PostgresUrl = "postgres://tfo:hunter2@db:5433/meta?sslmode=require".parse().unwrap();
        let shown = format!("{url} {url:?}");
        assert!(!shown.contains("hunter2"), "{shown}");
        assert!(shown.contains("postgres://tfo:redacted@db:5433/meta?sslmode=require"), "{shown}");
        for wrong in ["postgres://tfo:hunter2@db:port/meta", "mysql://tfo:hunter2@db/meta", "hunter2", ""] {
            let error = wrong.parse::<PostgresUrl>().unwrap_err();
            assert!(!error.contains("hunter2") && error.contains("postgres://"), "{error}");
        }
        let error = "postgres://tfo@db/meta?password=hunter2".parse::<PostgresUrl>().unwrap_err();
        assert!(!error.contains("hunter2"), "{error}");
    }

    #[test]
    fn what_was_shown_is_not_taken_for_the_real_one() {
        let url: PostgresUrl = "postgresql://tfo:hunter2@db/meta".parse().unwrap();
        let error = url.to_string().parse::<PostgresUrl>().unwrap_err();
        assert!(error.contains("redacted"), "{error}");
    }
}
