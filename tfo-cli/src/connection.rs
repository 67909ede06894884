//! Which daemon a command asks.
//!
//! What was said on the command line wins over the environment, and both over what a daemon on this machine wrote
//! into its data folder.

use std::path::PathBuf;

use clap::Args;
use tfo_sdk::client::{Client, DEFAULT_URL, DaemonFile, default_data_dir};
use tfo_sdk::resource::{Level, Scope};

use crate::bench::Protocol;
use crate::complete::Names;
use crate::contexts::{self, Context, Contexts};

/// Where the daemon is.
#[derive(Debug, Clone, Default, Args)]
pub(crate) struct Place {
    /// URL of the daemon, like http://127.0.0.1:3100 [env: TFO_URL]
    #[arg(long, global = true, value_name = "URL", help_heading = "Daemon")]
    pub(crate) url: Option<String>,
    /// Data folder of the daemon, on this machine [env: TFO_DATA_DIR]
    #[arg(long, global = true, value_name = "FOLDER", help_heading = "Daemon")]
    pub(crate) data_dir: Option<PathBuf>,
    /// Context to use, see `tfo context` [env: TFO_CONTEXT]
    #[arg(long, global = true, value_name = "NAME", help_heading = "Daemon", add = Names::Contexts)]
    pub(crate) context: Option<String>,
    /// Tenant that one works in, like eu/acme/shop/production [env: TFO_TENANT]
    #[arg(long, global = true, value_name = "PATH", help_heading = "Daemon", value_parser = tenant, add = Names::Tenants)]
    pub(crate) tenant: Option<Scope>,
}

fn tenant(text: &str) -> Result<Scope, String> {
    let scope: Scope = text.parse().map_err(|error: tfo_sdk::resource::NameError| error.to_string())?;
    if scope.level() == Level::Tenant {
        Ok(scope)
    } else {
        Err("expected a path like eu/acme/shop/production".to_owned())
    }
}

/// A place to look for the daemon.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Source {
    /// This URL, and who said so.
    Url { url: String, said_by: &'static str },
    /// The file that the daemon of this folder writes.
    Folder { folder: PathBuf, is_default: bool },
    /// The contexts cannot be read, or there is none of the name.
    None { reason: String },
}

impl Place {
    /// A client of the daemon.
    pub(crate) fn connect(&self) -> anyhow::Result<Client> {
        let client = Client::new(&self.resolve(variable)?)?;
        Ok(match self.tenant()? {
            Some(tenant) => client.in_tenant(&tenant)?,
            None => client,
        })
    }

    /// The tenant whose telemetry it is about, where one works in a tenant; else it is about the default one.
    pub(crate) fn tenant(&self) -> anyhow::Result<Option<Scope>> {
        let place = self.scope(None)?;
        // A place that is no tenant says nothing of telemetry.
        Ok((place.level() == Level::Tenant).then_some(place))
    }

    /// Where one works: what was said, else `--tenant`, else `TFO_TENANT`, else the context's place, else the platform.
    pub(crate) fn scope(&self, said: Option<&Scope>) -> anyhow::Result<Scope> {
        if let Some(said) = said.or(self.tenant.as_ref()) {
            return Ok(said.clone());
        }
        if let Some(tenant) = variable("TFO_TENANT").filter(|tenant| !tenant.is_empty()) {
            return tenant.parse().map_err(|error| anyhow::anyhow!("TFO_TENANT: {error}"));
        }
        Ok(self.context(variable)?.and_then(|context| context.place().cloned()).unwrap_or_default())
    }

    /// The context that was named, or is in use.
    fn context(&self, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<Option<Context>> {
        let named = self.context.clone().or_else(|| variable("TFO_CONTEXT").filter(|name| !name.is_empty()));
        let contexts = Contexts::read(&contexts::folder(variable))?;
        Ok(contexts.choose(named.as_deref())?.cloned())
    }

    /// A client of the daemon, and the URL where that takes OTLP over this protocol.
    pub(crate) async fn receiver(&self, protocol: Protocol) -> anyhow::Result<(Client, String)> {
        let client = self.connect()?;
        // What the daemon is does not depend on a tenant, and whether there is that tenant is seen when it takes OTLP.
        let status = Client::new(client.url())?.status().await?;
        let bound = match protocol {
            Protocol::Http => status.otlp_http,
            Protocol::Grpc => status.otlp_grpc,
        };
        let url = otlp_url(&client, &bound);
        Ok((client, url))
    }

    /// Where the address comes from, for a message.
    pub(crate) fn origin(&self) -> String {
        match self.source(variable) {
            Source::Url { said_by, .. } => format!("that of {said_by}"),
            Source::None { reason } => reason,
            Source::Folder { folder, .. } => match DaemonFile::read(&folder) {
                Some(daemon) => {
                    format!("what the daemon with process id {} wrote into {}", daemon.pid, folder.display())
                }
                None => "the default; say another with --url, TFO_URL or --data-dir".to_owned(),
            },
        }
    }

    fn resolve(&self, variable: impl Fn(&str) -> Option<String>) -> anyhow::Result<String> {
        match self.source(variable) {
            Source::Url { url, .. } => Ok(url),
            Source::None { reason } => Err(anyhow::anyhow!(reason)),
            Source::Folder { folder, is_default } => match DaemonFile::read(&folder) {
                Some(daemon) => Ok(daemon.url()),
                None if is_default => Ok(DEFAULT_URL.to_owned()),
                None => Err(no_daemon(&folder)),
            },
        }
    }

    fn source(&self, variable: impl Fn(&str) -> Option<String>) -> Source {
        let of_context = || match self.context(&variable) {
            Ok(context) => context?.url.map(|url| Source::Url { url, said_by: "the context" }),
            Err(error) => Some(Source::None { reason: error.to_string() }),
        };
        // A context that was named is meant, whatever the environment says.
        let named = self.context.is_some().then(of_context).flatten();
        let variable = |name: &str| variable(name).filter(|value| !value.is_empty());
        let folder = |folder: PathBuf| Source::Folder { folder, is_default: false };
        None.or_else(|| Some(Source::Url { url: self.url.clone()?, said_by: "--url" }))
            .or_else(|| self.data_dir.clone().map(folder))
            .or(named)
            .or_else(|| Some(Source::Url { url: variable("TFO_URL")?, said_by: "TFO_URL" }))
            .or_else(|| variable("TFO_DATA_DIR").map(|name| folder(name.into())))
            .or_else(of_context)
            .unwrap_or_else(|| Source::Folder { folder: default_data_dir(), is_default: true })
    }
}

/// Where a daemon takes OTLP that listens for it on this address: at its port, on the host by which it was reached.
pub(crate) fn otlp_url(client: &Client, bound: &str) -> String {
    let port = bound.rsplit(':').next().unwrap_or_default();
    format!("http://{}:{port}", client.host())
}

fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

fn no_daemon(folder: &std::path::Path) -> anyhow::Error {
    let folder = folder.display();
    anyhow::anyhow!(
        "no daemon has written its address into {folder}; is `tfo up --data-dir {folder}` running?"
    )
}

#[cfg(test)]
pub(crate) mod tests {
    use std::io::{Read as _, Write as _};
    use std::net::TcpListener;

    use serde_json::{Value, json};

    use super::*;

    fn place(url: Option<&str>, data_dir: Option<&str>) -> Place {
        Place {
            url: url.map(str::to_owned),
            data_dir: data_dir.map(PathBuf::from),
            context: None,
            tenant: None,
        }
    }

    #[test]
    fn flags_win_over_the_environment_and_that_over_the_default_folder() {
        let environment = |name: &str| match name {
            "TFO_URL" => Some("http://env:1".to_owned()),
            "TFO_DATA_DIR" => Some("/env".to_owned()),
            "TFO_CONFIG_DIR" => Some("/nowhere/tfo".to_owned()),
            _ => None,
        };
        let url = |url: &str, said_by| Source::Url { url: url.to_owned(), said_by };
        let folder = |folder: &str| Source::Folder { folder: folder.into(), is_default: false };
        assert_eq!(place(Some("h:2"), Some("/flag")).source(environment), url("h:2", "--url"));
        assert_eq!(place(None, Some("/flag")).source(environment), folder("/flag"));
        assert_eq!(place(None, None).source(environment), url("http://env:1", "TFO_URL"));
        let only_folder = |name: &str| environment(name).filter(|_| name != "TFO_URL");
        assert_eq!(place(None, None).source(only_folder), folder("/env"));
        let nothing = |name: &str| environment(name).filter(|_| name == "TFO_CONFIG_DIR");
        assert!(matches!(place(None, None).source(nothing), Source::Folder { is_default: true, .. }));
        let unknown = Place { context: Some("prod".into()), ..Place::default() };
        assert!(matches!(unknown.source(environment), Source::None { .. }));
    }

    #[test]
    fn a_folder_that_was_named_must_have_a_daemon() {
        let error = place(None, Some("/nowhere/tfo")).resolve(|_| None).unwrap_err().to_string();
        assert_eq!(
            error,
            "no daemon has written its address into /nowhere/tfo; is `tfo up --data-dir /nowhere/tfo` running?"
        );
    }

    /// The URL of a daemon that answers by the path and query of a request, and refuses what there is no answer for.
    pub(crate) fn daemon(answer: fn(&str) -> Option<Value>) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        // It ends with the process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !request.ends_with(b"\r\n\r\n") {
                    let read = stream.read(&mut buffer).unwrap();
                    assert_ne!(read, 0, "the client hung up");
                    request.extend_from_slice(&buffer[..read]);
                }
                let request = String::from_utf8(request).unwrap();
                let path = request.split(' ').nth(1).unwrap().trim_start_matches("/api/v2");
                let (status, answer) = match answer(path) {
                    Some(answer) => (200, answer),
                    None => {
                        (401, json!({"status": 401, "title": "t", "detail": "d", "code": "unauthenticated"}))
                    }
                };
                let answer = answer.to_string();
                let head = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
                    answer.len()
                );
                stream.write_all(format!("{head}{answer}").as_bytes()).unwrap();
            }
        });
        url
    }

    /// The answers of a daemon without telemetry, which takes OTLP on other ports than the standard ones.
    pub(crate) fn empty(path: &str) -> Option<Value> {
        match path {
            "/status" => Some(json!({
                "version": "0", "pid": 1, "startedAt": "2026-11-25T08:00:00Z", "ready": true, "dataDir": "/d",
                "http": "127.0.0.1:1", "otlpGrpc": "127.0.0.1:6317", "otlpHttp": "[::]:6318", "retentionDays": 1,
            })),
            "/stats" => Some(json!({
                "now": "2026-11-25T08:00:00Z", "memtableBytes": 0, "walBytes": 0, "diskFreeBytes": 0,
                "diskReserveBytes": 0, "signals": [],
            })),
            _ => None,
        }
    }

    #[tokio::test]
    async fn otlp_goes_to_the_port_that_the_daemon_of_the_url_names() {
        for (protocol, endpoint) in
            [(Protocol::Grpc, "http://localhost:6317"), (Protocol::Http, "http://localhost:6318")]
        {
            let url = daemon(empty).replace("127.0.0.1", "localhost");
            let (client, receiver) = place(Some(&url), None).receiver(protocol).await.unwrap();
            assert_eq!((client.url(), receiver.as_str()), (url.as_str(), endpoint));
        }
    }
}
