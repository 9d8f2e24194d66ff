use std::sync::Arc;
use std::time::Duration;

use http::{HeaderValue, StatusCode, header};
use reqwest::redirect;
use rustls::ClientConfig;
use serde::de::DeserializeOwned;
use url::Url;

use crate::answer::{Accept, Answer};
use crate::basic::Basic;
use crate::destinations::Destinations;
use crate::error::{Detail, Error, SetupError, chain};
use crate::flights::Flights;
use crate::guard::{Guard, Passage};
use crate::options::Options;
use crate::record::{Record, Records};
use crate::resolver::{Anywhere, Closed, PublicOnly, Unresolved};
use crate::tls;

/// Calls out, guarded. Clones share connections, limits and what is known of failures; make one and keep it.
#[derive(Clone, Debug)]
pub struct Client {
    parts: Arc<Parts>,
    flights: Arc<Flights>,
    records: Option<Records>,
}

#[derive(Debug)]
struct Parts {
    guard: Guard,
    /// Two clients, not one with a clever resolver: a resolver sees a name without its port, and connections that one
    /// may use must not be reused by the other.
    guarded: reqwest::Client,
    exempt: reqwest::Client,
    destinations: Destinations,
    timeout: Duration,
    max_body: usize,
}

impl Client {
    /// A client. Reads the machine's certificate authorities, and calls nobody.
    pub fn new(options: Options) -> Result<Self, SetupError> {
        let tls = tls::tls_config(options.extra_ca.as_deref())?;
        let build =
            |builder: reqwest::ClientBuilder| builder.build().map_err(|e| SetupError::Client(e.to_string()));
        let guarded = build(
            base(&options, tls.clone())
                .https_only(true)
                .dns_resolver(PublicOnly),
        )?;
        let exempt = build(base(&options, tls).dns_resolver(Anywhere))?;
        Ok(Self {
            flights: Arc::new(Flights::new(options.remember_failure)),
            records: None,
            parts: Arc::new(Parts {
                guard: Guard::new(options.allow_hosts),
                guarded,
                exempt,
                destinations: Destinations::new(options.max_concurrent),
                timeout: options.timeout,
                max_body: options.max_body,
            }),
        })
    }

    /// The same client, which writes down what it calls, for somebody who is shown how a thing works. What is answered from
    /// memory is no call.
    pub fn recording(&self) -> (Self, Records) {
        let records = Records::default();
        let client = Self {
            records: Some(records.clone()),
            ..self.clone()
        };
        (client, records)
    }

    /// Whether `url` may be called, as far as it tells itself: the addresses of its host are seen when it is called.
    pub fn admits(&self, url: &Url) -> Result<(), Error> {
        self.parts.guard.admit(url).map(|_| ())
    }

    /// Fetches `url`. Equal calls at the same time are one, and a failure (an error, or a status that is not a success)
    /// is given again for a while without a call.
    pub async fn get(&self, url: &Url, accept: Accept) -> Result<Answer, Error> {
        let passage = self.parts.guard.admit(url)?;
        let key = (accept, url.as_str().to_owned());
        let call = || {
            let this = self.clone();
            let url = url.clone();
            async move {
                let request = this.parts.client(passage).get(url.clone());
                this.send(&url, request, accept).await
            }
        };
        self.flights.outcome(key, call).await
    }

    /// Fetches a JSON document. Any status but a success is an error.
    pub async fn get_json<T: DeserializeOwned>(&self, url: &Url) -> Result<T, Error> {
        let answer = self.get(url, Accept::Json).await?;
        if !answer.status.is_success() {
            return Err(Error::Status(Detail::new(answer.status.as_str())));
        }
        answer.json()
    }

    /// Posts a form and takes JSON, as OAuth's endpoints do. Every call is made, and made once.
    pub async fn post_form(
        &self,
        url: &Url,
        credentials: Option<&Basic>,
        fields: &[(&str, &str)],
    ) -> Result<Answer, Error> {
        let passage = self.parts.guard.admit(url)?;
        let mut request = self.parts.client(passage).post(url.clone()).form(fields);
        if let Some(basic) = credentials {
            request = request.basic_auth(&basic.user, Some(&basic.password));
        }
        self.send(url, request, Accept::Json).await
    }

    /// Posts a JSON document and takes one. Every call is made, and made once.
    pub async fn post_json(&self, url: &Url, json: String) -> Result<Answer, Error> {
        let passage = self.parts.guard.admit(url)?;
        let request = self.parts.client(passage).post(url.clone());
        let request = request
            .header(header::CONTENT_TYPE, "application/json")
            .body(json);
        self.send(url, request, Accept::Json).await
    }

    /// Posts a form to whoever wants to be told something. Nothing is made of the answer but its status; every call is
    /// made, and made once.
    pub async fn notify(&self, url: &Url, fields: &[(&str, &str)]) -> Result<StatusCode, Error> {
        let passage = self.parts.guard.admit(url)?;
        let request = self.parts.client(passage).post(url.clone()).form(fields);
        let answer = self.send(url, request, Accept::Anything).await?;
        Ok(answer.status)
    }

    /// The same with a JSON document, under a bearer token.
    pub async fn notify_json(&self, url: &Url, bearer: &str, json: String) -> Result<StatusCode, Error> {
        let passage = self.parts.guard.admit(url)?;
        let request = self.parts.client(passage).post(url.clone());
        let request = request
            .bearer_auth(bearer)
            .header(header::CONTENT_TYPE, "application/json")
            .body(json);
        let answer = self.send(url, request, Accept::Anything).await?;
        Ok(answer.status)
    }

    /// Sends a request as it is, to somebody who tests a server of their own. Nothing is made of the answer but its
    /// status; every call is made, and made once.
    pub async fn send_as_is(&self, request: http::Request<String>) -> Result<StatusCode, Error> {
        let url: Url = request
            .uri()
            .to_string()
            .parse()
            .map_err(|_| Error::Url(Detail::new("not a URL")))?;
        let passage = self.parts.guard.admit(&url)?;
        let client = self.parts.client(passage);
        let request = reqwest::Request::try_from(request).map_err(cause)?;
        let request = reqwest::RequestBuilder::from_parts(client.clone(), request);
        let answer = self.send(&url, request, Accept::Anything).await?;
        Ok(answer.status)
    }

    async fn send(
        &self,
        url: &Url,
        request: reqwest::RequestBuilder,
        accept: Accept,
    ) -> Result<Answer, Error> {
        let (client, request) = request.header(header::ACCEPT, accept.header()).build_split();
        let request = request.map_err(cause)?;
        let sketch = self.records.as_ref().map(|records| {
            let body = request.body().and_then(reqwest::Body::as_bytes);
            let sketch = (
                request.method().clone(),
                request.headers().clone(),
                body.unwrap_or_default().to_vec(),
            );
            (records, sketch)
        });
        let parts = &self.parts;
        let destination = url.authority();
        let call = async {
            let _slot = parts.destinations.slot(destination.to_owned()).await;
            let response = client.execute(request).await.map_err(cause)?;
            Answer::read(response, accept, parts.max_body).await
        };
        let outcome = tokio::time::timeout(parts.timeout, call)
            .await
            .unwrap_or_else(|_| Err(Error::Timeout(Detail::new(destination))));
        if let Some((records, (method, headers, body))) = sketch {
            records.add(Record {
                method,
                url: url.clone(),
                headers,
                body,
                outcome: outcome.clone(),
            });
        }
        outcome
    }
}

impl Parts {
    fn client(&self, passage: Passage) -> &reqwest::Client {
        match passage {
            Passage::Guarded => &self.guarded,
            Passage::Exempt => &self.exempt,
        }
    }
}

/// What both clients have in common.
fn base(options: &Options, tls: ClientConfig) -> reqwest::ClientBuilder {
    let builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(redirect::Policy::none())
        .no_proxy()
        .referer(false)
        .http1_max_headers(100)
        .http2_max_header_list_size(64 * 1024);
    let builder = match &options.user_agent {
        Some(name) => builder.user_agent(name),
        None => builder,
    };
    if options.no_store {
        let keep_nothing = [(header::CACHE_CONTROL, HeaderValue::from_static("no-store"))];
        builder.default_headers(keep_nothing.into_iter().collect())
    } else {
        builder
    }
}

/// Which of the causes it was. The client wraps them in several layers, and names only the outermost.
fn cause(error: reqwest::Error) -> Error {
    let kind = chain(&error).find_map(|cause| {
        if cause.is::<Closed>() {
            Some(Error::Address as fn(Detail) -> Error)
        } else if cause.is::<Unresolved>() {
            Some(Error::Resolve as fn(Detail) -> Error)
        } else if cause.is::<rustls::Error>() {
            Some(Error::Tls as fn(Detail) -> Error)
        } else {
            None
        }
    });
    let kind = kind.unwrap_or(if error.is_connect() {
        Error::Connect
    } else {
        Error::Answer
    });
    kind(Detail::of(error))
}
