//! A mail server on the loopback interface (RFC 5321), which keeps what it is sent.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

use super::recipient::{authority_in, certified};

/// A mail that it answers for.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Got {
    pub(crate) from: String,
    pub(crate) to: String,
    /// As it was sent, without the dots that stand for the protocol.
    pub(crate) text: String,
    pub(crate) over_tls: bool,
    /// Name and password, as they were shown.
    pub(crate) credentials: Option<String>,
}

/// How it treats who asks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Manner {
    /// It takes mail.
    Takes,
    /// It answers every recipient with that code.
    Answers(u16),
    /// It takes connections and says nothing.
    Silent,
    /// It takes nobody's name and password.
    Distrusts,
}

/// How it is reached.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Way {
    Plain,
    StartTls,
    Tls,
}

#[derive(Debug)]
pub(crate) struct MailServer {
    address: SocketAddr,
    kept: Arc<Kept>,
    authority: TempDir,
    way: Way,
}

struct Kept {
    got: Mutex<Vec<Got>>,
    manner: Mutex<Manner>,
    /// Every line that it was told before TLS.
    told_in_plain: Mutex<Vec<String>>,
    acceptor: TlsAcceptor,
}

impl std::fmt::Debug for Kept {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Kept")
    }
}

impl MailServer {
    pub(crate) async fn start(way: Way) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (authority, acceptor) = certified();
        let kept = Arc::new(Kept {
            got: Mutex::default(),
            manner: Mutex::new(Manner::Takes),
            told_in_plain: Mutex::default(),
            acceptor,
        });
        let all = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let kept = Arc::clone(&all);
                tokio::spawn(async move {
                    // Whoever goes away in the middle is no concern of the server's.
                    let _ = kept.serve(stream, way).await;
                });
            }
        });
        Self {
            address,
            kept,
            authority,
            way,
        }
    }

    /// The value of `mail.smtp`.
    pub(crate) fn url(&self) -> String {
        let port = self.address.port();
        match self.way {
            Way::Plain => format!("smtp://127.0.0.1:{port}?tls=none"),
            Way::StartTls => format!("smtp://post:pass%20word@localhost:{port}"),
            Way::Tls => format!("smtps://post:pass%20word@localhost:{port}"),
        }
    }

    /// The file for `outbound.extra_ca`.
    pub(crate) fn authority(&self) -> std::path::PathBuf {
        authority_in(self.authority.path())
    }

    pub(crate) fn is(&self, manner: Manner) {
        *self.kept.manner.lock().unwrap() = manner;
    }

    /// What it answers for by now.
    pub(crate) fn got(&self) -> Vec<Got> {
        self.kept.got.lock().unwrap().clone()
    }

    pub(crate) fn told_in_plain(&self) -> Vec<String> {
        self.kept.told_in_plain.lock().unwrap().clone()
    }
}

impl Kept {
    async fn serve(&self, stream: TcpStream, way: Way) -> std::io::Result<()> {
        match way {
            Way::Tls => {
                let stream = self.acceptor.accept(stream).await?;
                self.talk(stream, true, true, false).await.map(|_| ())
            }
            Way::Plain => self.talk(stream, true, false, false).await.map(|_| ()),
            Way::StartTls => {
                if let Some(stream) = self.talk(stream, true, false, true).await? {
                    let stream = self.acceptor.accept(stream).await?;
                    self.talk(stream, false, true, false).await?;
                }
                Ok(())
            }
        }
    }

    /// One connection; what it speaks over, where TLS is to begin on it.
    async fn talk<S>(
        &self,
        stream: S,
        greets: bool,
        tls: bool,
        offers_tls: bool,
    ) -> std::io::Result<Option<S>>
    where
        S: AsyncRead + AsyncWrite + Unpin + Send,
    {
        let mut stream = BufReader::new(stream);
        let manner = *self.manner.lock().unwrap();
        if manner == Manner::Silent {
            tokio::time::sleep(Duration::from_hours(1)).await;
        }
        if greets {
            stream.write_all(b"220 mail.example ESMTP\r\n").await?;
        }
        let (mut from, mut to, mut credentials) = (String::new(), String::new(), None);
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line).await? == 0 {
                return Ok(None);
            }
            let line = line.trim_end();
            if !tls {
                self.told_in_plain.lock().unwrap().push(line.to_owned());
            }
            let (verb, rest) = line.split_once([' ', ':']).unwrap_or((line, ""));
            let answer = match verb.to_ascii_uppercase().as_str() {
                "EHLO" if offers_tls => "250-mail.example\r\n250-8BITMIME\r\n250 STARTTLS".to_owned(),
                "EHLO" => "250-mail.example\r\n250-8BITMIME\r\n250 AUTH PLAIN LOGIN".to_owned(),
                "STARTTLS" if offers_tls => {
                    stream.write_all(b"220 begin\r\n").await?;
                    return Ok(Some(stream.into_inner()));
                }
                "MAIL" | "RCPT" | "DATA" | "AUTH" if offers_tls => "530 TLS first".to_owned(),
                "AUTH" if manner == Manner::Distrusts => "535 no".to_owned(),
                "AUTH" => {
                    let shown = STANDARD.decode(rest.trim_start_matches("PLAIN ")).unwrap();
                    credentials = Some(String::from_utf8(shown).unwrap().replace('\0', "|"));
                    "235 welcome".to_owned()
                }
                "MAIL" => {
                    from = address(rest);
                    "250 ok".to_owned()
                }
                "RCPT" => {
                    to = address(rest);
                    match manner {
                        Manner::Answers(code) => format!("{code} about <{to}>"),
                        _ => "250 ok".to_owned(),
                    }
                }
                "DATA" => {
                    stream.write_all(b"354 go on\r\n").await?;
                    let text = body(&mut stream).await?;
                    self.got.lock().unwrap().push(Got {
                        from: from.clone(),
                        to: to.clone(),
                        text,
                        over_tls: tls,
                        credentials: credentials.clone(),
                    });
                    "250 kept".to_owned()
                }
                "NOOP" | "RSET" => "250 ok".to_owned(),
                "QUIT" => {
                    stream.write_all(b"221 bye\r\n").await?;
                    return Ok(None);
                }
                _ => "500 what".to_owned(),
            };
            stream.write_all(format!("{answer}\r\n").as_bytes()).await?;
        }
    }
}

fn address(rest: &str) -> String {
    let (_, rest) = rest.split_once('<').unwrap();
    rest.split_once('>').unwrap().0.to_owned()
}

async fn body<S: AsyncRead + Unpin + Send>(stream: &mut BufReader<S>) -> std::io::Result<String> {
    let mut text = String::new();
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line).await? == 0 || line == ".\r\n" {
            return Ok(text);
        }
        text += line.strip_prefix('.').unwrap_or(&line);
    }
}
