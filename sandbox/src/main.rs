//! `ais-sandbox`: a sandbox as a process. It reads its options, listens, and stops on Ctrl-C. With
//! `--tls` it listens twice: over TLS for the platform's clients, and without it for browsers.

use std::error::Error;
use std::io::IsTerminal;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use protocol::id::BicFi;
use sandbox::{
    AddressForm, Certificates, Client, Customer, DEFAULT_REDIRECT_URIS, DataForm, ErrorForm, Forms,
    ImageForm, LinkForm, ListForm, LocationForm, Sandbox, SandboxError, Settings, serve, serve_app,
    serve_tls,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// A stand-in of the Open Payments platform, its banks and BankID, for development and tests.
#[derive(Debug, Parser)]
#[command(name = "ais-sandbox", version)]
struct Options {
    /// Address and port; auth host and API host are the same.
    #[arg(long, default_value = "127.0.0.1:9100")]
    listen: String,
    /// The client that may fetch tokens.
    #[arg(long, default_value = "sandbox-client")]
    client_id: String,
    /// The secret of that client. It protects nothing: all data here is invented.
    #[arg(long, default_value = "sandbox-secret")]
    client_secret: String,
    /// An address that persons may return to from a bank, compared to the last character. It can be
    /// given several times.
    #[arg(long, value_name = "URI", default_values_t = DEFAULT_REDIRECT_URIS.map(String::from))]
    redirect_uri: Vec<String>,
    /// Where browsers reach the banks' pages, such as <http://127.0.0.1:9101>; by default the address
    /// that is listened on without TLS.
    #[arg(long, value_name = "URL")]
    pages_url: Option<String>,
    /// Write `Location` and links with scheme and host.
    #[arg(long)]
    absolute_links: bool,
    /// Write answers in another of the forms that the platform's documents allow. It can be given several
    /// times.
    #[arg(long, value_enum)]
    form: Vec<Form>,
    /// Who the customer of a bank is, such as `ESSESESS=many`: `ordinary`, `no-iban`, `currencies`, `no-accounts`
    /// or `many`. It can be given several times.
    #[arg(long, value_name = "BIC=CUSTOMER", value_parser = customer)]
    customer: Vec<(BicFi, Customer)>,
    /// Write each call of the platform and its answer to this file, a line of JSON each, without secrets
    /// and persons: `openapi/check.mjs` compares them with the platform's OpenAPI document.
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Serve TLS to clients with a certificate only; both sides' certificates are made in this
    /// folder, and kept there.
    #[arg(long, value_name = "DIR")]
    tls: Option<PathBuf>,
    /// With `--tls`: where browsers reach the BankID app, the banks' pages and the control API,
    /// without TLS. Keep it on this machine's own address.
    #[arg(long, default_value = "127.0.0.1:9101", requires = "tls")]
    app_listen: String,
}

/// A bank's customer, as the option names them.
fn customer(text: &str) -> Result<(BicFi, Customer), String> {
    let (bic, word) = text.split_once('=').ok_or("it needs a BIC, =, and a customer")?;
    let bic = bic.parse().map_err(|error: protocol::id::InvalidId| error.to_string())?;
    let found = Customer::ALL.into_iter().find(|customer| customer.as_str() == word);
    Ok((bic, found.ok_or("there is no such customer")?))
}

fn start(customers: Vec<(BicFi, Customer)>, settings: Settings) -> Result<Sandbox, SandboxError> {
    let sandbox = Sandbox::new(settings)?;
    for (bic, customer) in customers {
        if !sandbox.set_customer(&bic, customer) {
            return Err(SandboxError::Bank(bic));
        }
    }
    Ok(sandbox)
}

/// A form of answers.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// `Location` and links with scheme and host.
    AbsoluteLinks,
    /// Lists of banks, countries and cities without a field around them.
    BareLists,
    /// The data of a challenge as text, not as a list.
    TextData,
    /// The picture of a challenge as base64, not as an address.
    BareImages,
    /// No `Location`.
    NoLocation,
    /// Errors by RFC 7807.
    #[value(name = "rfc7807-errors")]
    Rfc7807Errors,
    /// Errors as messages without a field around them.
    BareErrors,
    /// Errors by OAuth.
    OauthErrors,
    /// `PSU-IP-Address` of version 4 only.
    #[value(name = "ipv4-addresses")]
    Ipv4Addresses,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    let colours = std::io::stderr().is_terminal();
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_ansi(colours);
    log.with_writer(std::io::stderr).init();
    match run(Options::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let cause = error.source().map_or_else(String::new, |cause| format!(": {cause}"));
            eprintln!("ais-sandbox: {error}{cause}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> Result<(), SandboxError> {
    let (listener, address) = listen(&options.listen).await?;
    let Some(folder) = options.tls.clone() else {
        let sandbox = start(options.customer.clone(), options.into())?;
        let announce = async { announce(&format!("http://{address}"), address) };
        // The server listens for Ctrl-C from its first poll. A reader of the addresses may send it at once.
        tokio::join!(biased; serve(sandbox, listener, interrupted()), announce);
        println!("Stopped.");
        return Ok(());
    };
    let (app_listener, app_address) = listen(&options.app_listen).await?;
    let customers = options.customer.clone();
    let mut settings = Settings::from(options);
    settings.pages_url.get_or_insert_with(|| format!("http://{app_address}"));
    let sandbox = start(customers, settings)?;
    let tls = Certificates::in_folder(&folder, sandbox.now())?.tls()?;
    let announce = async {
        announce(&format!("https://{address}"), app_address);
        println!("Certificates:            {}", folder.display());
    };
    tokio::join!(
        biased;
        serve_tls(sandbox.clone(), listener, tls, interrupted()),
        serve_app(sandbox, app_listener, interrupted()),
        announce,
    );
    println!("Stopped.");
    Ok(())
}

async fn listen(address: &str) -> Result<(TcpListener, SocketAddr), SandboxError> {
    let failed = |source| SandboxError::Listen { address: address.to_owned(), source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn announce(platform: &str, app: SocketAddr) {
    println!("Platform (auth and API): {platform}");
    println!("BankID app:              http://{app}/bankid");
    println!("Control API:             http://{app}/control");
}

impl Options {
    fn forms(&self) -> Forms {
        let mut forms = Forms::default();
        let absolute = self.absolute_links.then_some(Form::AbsoluteLinks);
        for form in self.form.iter().copied().chain(absolute) {
            match form {
                Form::AbsoluteLinks => forms.links = LinkForm::Absolute,
                Form::BareLists => forms.lists = ListForm::Bare,
                Form::TextData => forms.data = DataForm::Text,
                Form::BareImages => forms.images = ImageForm::Base64,
                Form::NoLocation => forms.locations = LocationForm::Missing,
                Form::Rfc7807Errors => forms.errors = ErrorForm::Rfc7807,
                Form::BareErrors => forms.errors = ErrorForm::Bare,
                Form::OauthErrors => forms.errors = ErrorForm::Oauth,
                Form::Ipv4Addresses => forms.addresses = AddressForm::Ipv4,
            }
        }
        forms
    }
}

impl From<Options> for Settings {
    fn from(options: Options) -> Self {
        let forms = options.forms();
        let Options { client_id, client_secret, redirect_uri, pages_url, record, .. } = options;
        let client = Client::new(client_id, client_secret).with_redirect_uris(redirect_uri);
        let pages_url = pages_url.map(|url| url.trim_end_matches('/').to_owned());
        Self { clients: vec![client], forms, pages_url, record, ..Self::default() }
    }
}

/// Completes on Ctrl-C; never, where the machine does not report it.
async fn interrupted() {
    if let Err(error) = tokio::signal::ctrl_c().await {
        tracing::warn!(%error, "listening for Ctrl-C failed");
        std::future::pending::<()>().await;
    }
}
