//! Every page, with the same value wherever a value may come from outside.

use pages::{
    Account, AllowedClient, Approval, BeginsAt, Brand, CodeProblem, ConfirmAddress, Consent, Decided,
    DecidedOutcome, Detail, DeviceCode, Error, ErrorKind, FormPost, FormTokens, Frame, Link, Locale,
    LoggedOut, Login, LoginProblem, Logo, Logout, NewPassword, OwnAddress, OwnPassword, OwnPasswordProblem,
    PasswordProblem, Recover, Register, RegisterProblem, SelectAccount, ShownThere, SignedIn,
    SignedInSession, Tell, Told,
};
use pages::{console, demo};

/// A page's name and its HTML.
pub(crate) type Page = (String, String);

/// The consumer's pages in a language, as full as they get, with `value` in every place.
pub(crate) fn consumer_pages(value: &str, locale: Locale) -> Vec<Page> {
    let brand = Brand::new(value, Logo::parse("/logo/brand.png"), "#b04a2b".parse().ok());
    let frame = Frame {
        brand: &brand,
        nonce: "n0nce",
    };
    let tokens = FormTokens {
        csrf: value,
        interaction: value,
    };
    let web = Link::web("https://client.example/page?a=1&b=2").unwrap();
    let local = Link::local("/logout").unwrap();
    let logo = Logo::parse("data:image/png;base64,iVBORw0KGgo=").unwrap();
    let account = Account {
        session: value,
        name: value,
        username: Some("someone@example.test"),
    };
    let login = Login {
        frame,
        action: "/login",
        tokens,
        client_name: Some(value),
        username: value,
        remember: Some(true),
        again: false,
        registered: false,
        problem: Some(LoginProblem::Credentials),
        cancel: true,
        recover: Some(&local),
        register: Some(&local),
    };
    let problem = Some(LoginProblem::Throttled { retry_after: 30 });
    let facts = [(value.to_owned(), value.to_owned())];
    let consent = Consent {
        frame,
        action: "/consent",
        tokens,
        client_name: value,
        client_logo: Some(&logo),
        redirect_host: value,
        user: value,
        scopes: &[
            "openid",
            "profile",
            "email",
            "phone",
            "address",
            "offline_access",
            value,
        ],
        details: &[Detail {
            title: value,
            facts: &facts,
        }],
        policy: Some(&web),
        terms: Some(&web),
    };
    let mut pages = vec![
        ("login".to_owned(), login.render(locale)),
        (
            "login again".to_owned(),
            Login {
                again: true,
                problem,
                ..login
            }
            .render(locale),
        ),
        (
            "login of a newcomer".to_owned(),
            Login {
                registered: true,
                problem: None,
                ..login
            }
            .render(locale),
        ),
        (
            "login alone".to_owned(),
            Login {
                client_name: None,
                username: "",
                problem: None,
                ..login
            }
            .render(locale),
        ),
        (
            "register".to_owned(),
            Register {
                frame,
                action: "/register-account",
                tokens,
                client_name: Some(value),
                email: value,
                name: value,
                problem: Some(RegisterProblem::Details),
                cancel: true,
                login: Some(&local),
            }
            .render(locale),
        ),
        (
            "select account".to_owned(),
            SelectAccount {
                frame,
                action: "/select-account",
                tokens,
                client_name: Some(value),
                accounts: &[account, account],
            }
            .render(locale),
        ),
        ("consent".to_owned(), consent.render(locale)),
        (
            "consent, no logo".to_owned(),
            Consent {
                client_logo: None,
                ..consent
            }
            .render(locale),
        ),
        (
            "logout".to_owned(),
            Logout {
                frame,
                action: "/logout",
                tokens,
                user: Some(value),
                client_name: Some(value),
                several: true,
            }
            .render(locale),
        ),
        (
            "logged out".to_owned(),
            LoggedOut {
                frame,
                onward: Some((&web, value)),
                frames: &[format!("https://client.example/?{value}")],
            }
            .render(locale),
        ),
        (
            "signed in".to_owned(),
            SignedIn {
                frame,
                user: value,
                username: Some(value),
                logout: &local,
                others: &local,
                action: "/me",
                tokens,
                apps: &[BeginsAt {
                    name: value.to_owned(),
                    host: Some(value.to_owned()),
                    begin: web.clone(),
                }],
                sessions: &[SignedInSession {
                    sid: "01a2".to_owned(),
                    since: "2026-11-24 12:00 UTC".to_owned(),
                    last_used: "2026-11-24 12:30 UTC".to_owned(),
                    is_this: true,
                }],
                consents: &[AllowedClient {
                    client_id: "tracker".to_owned(),
                    name: value.to_owned(),
                    scopes: "openid email".to_owned(),
                    since: "2026-11-24 12:00 UTC".to_owned(),
                }],
                password: Some(OwnPassword {
                    problem: Some(OwnPasswordProblem::New(PasswordProblem::TooShort { least: 8 })),
                }),
                address: Some(OwnAddress {
                    email: value,
                    proved: false,
                    can_prove: true,
                }),
            }
            .render(locale),
        ),
        (
            "form_post".to_owned(),
            FormPost {
                frame,
                redirect_uri: "https://client.example/cb?x=1&y=2",
                parameters: &[("code", value), ("state", value)],
                client_name: value,
            }
            .render(locale),
        ),
    ];
    pages.extend(elsewhere(frame, tokens, value, locale));
    pages.extend(recovery(frame, tokens, value, locale));
    for kind in ErrorKind::ALL {
        let error = Error {
            frame,
            kind,
            request_id: value,
            onward: Some((&web, value)),
        };
        pages.push((format!("error {}", kind.name()), error.render(locale)));
    }
    pages
}

/// A way back in, and the proof of an address.
fn recovery(frame: Frame<'_>, tokens: FormTokens<'_>, value: &str, locale: Locale) -> Vec<Page> {
    let login = Link::local("/login").unwrap();
    let form = NewPassword {
        frame,
        action: "/recover",
        tokens,
        token: value,
        username: value,
        problem: None,
    };
    let mut pages = vec![
        (
            "recover".to_owned(),
            Recover {
                frame,
                action: "/recover",
                tokens,
                username: value,
                login: Some(&login),
            }
            .render(locale),
        ),
        ("new password".to_owned(), form.render(locale)),
        (
            "confirm address".to_owned(),
            ConfirmAddress {
                frame,
                action: "/verify-address",
                tokens,
                token: value,
                email: value,
            }
            .render(locale),
        ),
    ];
    for problem in [
        PasswordProblem::TooShort { least: 8 },
        PasswordProblem::TooLong,
        PasswordProblem::Common,
        PasswordProblem::Breached,
        PasswordProblem::Unchecked,
        PasswordProblem::Context,
        PasswordProblem::Repeated,
        PasswordProblem::Guessable,
    ] {
        let form = NewPassword {
            problem: Some(problem),
            ..form
        };
        pages.push((format!("new password {problem:?}"), form.render(locale)));
    }
    for what in [
        Tell::RecoverSent { minutes: 30 },
        Tell::Recovered,
        Tell::PasswordChanged,
        Tell::AddressSent,
        Tell::AddressProved,
    ] {
        let told = Told {
            frame,
            what,
            onward: Some(&login),
        };
        pages.push((format!("told {what:?}"), told.render(locale)));
    }
    pages
}

/// What another device began.
fn elsewhere(frame: Frame<'_>, tokens: FormTokens<'_>, value: &str, locale: Locale) -> Vec<Page> {
    let others = Link::local("/select-account").unwrap();
    let code = DeviceCode {
        frame,
        action: "/device",
        tokens,
        user: value,
        others: Some(&others),
        user_code: value,
        problem: Some(CodeProblem::Unknown),
    };
    let approval = Approval {
        frame,
        action: "/approve",
        tokens,
        client_name: value,
        user: value,
        others: Some(&others),
        shown_there: Some(ShownThere::Code(value)),
        scopes: &["openid", "profile", value],
    };
    let mut pages = vec![
        ("device code".to_owned(), code.render(locale)),
        (
            "device code, throttled".to_owned(),
            DeviceCode {
                problem: Some(CodeProblem::Throttled),
                ..code
            }
            .render(locale),
        ),
        ("approval".to_owned(), approval.render(locale)),
        (
            "approval, message".to_owned(),
            Approval {
                shown_there: Some(ShownThere::Message(value)),
                ..approval
            }
            .render(locale),
        ),
    ];
    for outcome in [
        DecidedOutcome::Allowed,
        DecidedOutcome::Denied,
        DecidedOutcome::Nothing,
    ] {
        pages.push((
            format!("decided {outcome:?}"),
            Decided { frame, outcome }.render(locale),
        ));
    }
    pages
}

/// The demo's pages, with `value` in every place.
pub(crate) fn demo_pages(value: &str) -> Vec<Page> {
    let brand = Brand::new(value, None, demo::Shop::COLOUR.parse().ok());
    let frame = Frame {
        brand: &brand,
        nonce: "n0nce",
    };
    let config = config(value);
    let credentials = [demo::Credentials {
        name: value,
        username: value,
        password: value,
    }];
    let logout = Link::local("/logout").unwrap();
    let shop = demo::Shop {
        frame,
        config: &config,
        credentials: &credentials,
        logout: Some(&logout),
    };
    vec![
        ("shop".to_owned(), shop.render()),
        ("agent".to_owned(), agent(frame, value, true).render()),
        ("app callback".to_owned(), demo::AppCallback { frame }.render()),
    ]
}

/// The console's pages, with `value` in every place.
pub(crate) fn console_pages(value: &str) -> Vec<Page> {
    let brand = Brand::new(value, None, None);
    let frame = Frame {
        brand: &brand,
        nonce: "n0nce",
    };
    let local = Link::local("/admin/?after=x").unwrap();
    let login = console::Login {
        frame,
        action: "/admin/login",
        csrf: value,
        next: value,
        username: value,
        problem: Some(LoginProblem::Credentials),
    };
    let shell = console::Shell {
        frame,
        user: value,
        csrf: value,
        section: console::Section::Accounts,
        account: None,
        sections: console::Section::OF_ACCOUNT,
        chooses: true,
        own_factor: true,
    };
    let accounts = [console::AccountRow {
        id: value,
        name: value,
        issuer: value,
        active: false,
        is_default: true,
        created: value,
    }];
    let entries = [console::AuditEntry {
        seq: Some(1),
        at: value,
        shown_at: value,
        event: value,
        actor: value,
        refused: true,
        facts: &[("Client", value)],
        detail: value,
    }];
    let list = console::Accounts {
        shell,
        accounts: &accounts,
        next: Some(&local),
        command: value,
    };
    let audit = console::Audit {
        shell: console::Shell {
            section: console::Section::Audit,
            account: Some(console::Account {
                id: value,
                name: value,
            }),
            ..shell
        },
        entries: &entries,
        event: value,
        older: Some(&local),
    };
    let connectors = connector_pages(value, audit.shell);
    let mut pages = vec![
        ("console login".to_owned(), login.render()),
        ("console accounts".to_owned(), list.render()),
        (
            "console accounts, none".to_owned(),
            console::Accounts {
                accounts: &[],
                ..list
            }
            .render(),
        ),
        ("console audit".to_owned(), audit.render()),
        (
            "console audit, none".to_owned(),
            console::Audit {
                entries: &[],
                ..audit
            }
            .render(),
        ),
    ];
    pages.extend(connectors);
    pages.extend(people_pages(value, audit.shell));
    pages.extend(sign_in_pages(value, frame));
    pages
}

fn people_pages(value: &str, shell: console::Shell<'_>) -> Vec<Page> {
    let local = Link::local("/admin/users?after=x").unwrap();
    let notice = console::Notice {
        good: false,
        text: value,
        lines: &[],
        force: None,
    };
    let fields = [console::FormField {
        key: "loginName",
        label: value,
        hint: value,
        value,
        kind: console::FieldKind::Line,
        problem: value,
    }];
    let groups = [console::CheckGroup {
        key: "profileIds",
        label: value,
        hint: value,
        problem: "",
        checks: &[console::Check {
            name: "profile.1",
            label: value,
            on: true,
        }],
    }];
    let users = console::Users {
        shell,
        notice: Some(&notice),
        users: &[console::UserRow {
            id: value,
            login_name: value,
            full_name: value,
            profiles: value,
            enabled: true,
            last_login: value,
        }],
        search: value,
        next: Some(&local),
    };
    let user = console::UserForm {
        shell,
        csrf: value,
        read: value,
        notice: Some(&notice),
        standing: Some(console::UserStanding {
            id: value,
            login_name: value,
            enabled: true,
            has_password: true,
            has_factor: true,
            is_self: false,
            made: value,
            last_login: value,
        }),
        fields: &fields,
        groups: &groups,
    };
    let row = console::AppKeyRow {
        id: value,
        application: value,
        developer: value,
        privileges: value,
        enabled: false,
        expired: true,
        last_used: value,
    };
    let keys = console::AppKeys {
        shell,
        notice: Some(&notice),
        keys: &[row],
    };
    let key = console::AppKeyForm {
        shell,
        csrf: value,
        read: value,
        notice: Some(&notice),
        key: Some(row),
        fields: &fields,
        groups: &groups,
    };
    let once = console::Once {
        shell,
        title: value,
        text: value,
        values: &[console::OnceValue { label: value, value }],
        onward: &local,
    };
    vec![
        ("console users".to_owned(), users.render()),
        (
            "console users, none".to_owned(),
            console::Users { users: &[], ..users }.render(),
        ),
        ("console user".to_owned(), user.render()),
        (
            "console user, new".to_owned(),
            console::UserForm {
                standing: None,
                ..user
            }
            .render(),
        ),
        ("console API keys".to_owned(), keys.render()),
        (
            "console API keys, none".to_owned(),
            console::AppKeys { keys: &[], ..keys }.render(),
        ),
        ("console API key".to_owned(), key.render()),
        (
            "console API key, new".to_owned(),
            console::AppKeyForm { key: None, ..key }.render(),
        ),
        ("console shown once".to_owned(), once.render()),
    ]
}

fn sign_in_pages(value: &str, frame: Frame<'_>) -> Vec<Page> {
    let local = Link::local("/admin/").unwrap();
    let user = console::UserLogin {
        frame,
        csrf: value,
        next: value,
        account: value,
        username: value,
        changes: true,
        problem: Some(console::UserLoginProblem::Expired),
    };
    let factor = console::Factor {
        frame,
        csrf: value,
        next: value,
        username: value,
        is_new: false,
        set_up: None,
        problem: Some(console::FactorProblem::Wrong),
    };
    let set_up = console::Factor {
        is_new: true,
        set_up: Some(console::SetUp {
            uri: value,
            secret: value,
        }),
        ..factor
    };
    let codes = console::RecoveryCodes {
        frame,
        values: &[console::OnceValue { label: "", value }],
        onward: &local,
    };
    vec![
        ("console sign-in of a user".to_owned(), user.render()),
        ("console second factor".to_owned(), factor.render()),
        ("console second factor, new".to_owned(), set_up.render()),
        ("console recovery codes".to_owned(), codes.render()),
    ]
}

fn connector_pages(value: &str, shell: console::Shell<'_>) -> Vec<Page> {
    let lines = [value.to_owned()];
    let notice = console::Notice {
        good: false,
        text: value,
        lines: &lines,
        force: None,
    };
    let row = console::ConnectorRow {
        id: value,
        name: value,
        kind: value,
        enabled: true,
        preferred: true,
        issuer: value,
    };
    let list = console::Connectors {
        shell,
        notice: Some(&notice),
        flow: value,
        connectors: &[row],
        clients: &[(value, value)],
    };
    let page = console::ConnectorPage {
        shell,
        csrf: value,
        read: value,
        notice: Some(&notice),
        connector: row,
        fields: &[console::Pasted {
            label: value,
            value,
            hint: value,
            copy: true,
        }],
        at_brand: &[console::Pasted {
            label: value,
            value,
            hint: value,
            copy: true,
        }],
        renews: true,
        checks: Some(&[console::Checked {
            name: value,
            verdict: "wrong",
            findings: &[(value, value, value)],
            notes: &lines,
        }]),
    };
    let field = |key, kind| console::FormField {
        key,
        label: value,
        hint: value,
        value,
        kind,
        problem: "",
    };
    let form = console::ConnectorForm {
        shell,
        csrf: value,
        read: value,
        id: value,
        problem: value,
        again: true,
        fields: &[
            field("issuer", console::FieldKind::Line),
            field("jwtPublicKey", console::FieldKind::Long),
            field("clientSecret", console::FieldKind::Secret),
            field("type", console::FieldKind::Choice(&[("code", "Code")])),
            console::FormField {
                problem: value,
                ..field("jwksEndpoint", console::FieldKind::Line)
            },
        ],
    };
    let own_factor = console::OwnFactor {
        shell,
        csrf: value,
        is_new: true,
        set_up: Some(console::SetUp {
            uri: value,
            secret: value,
        }),
        problem: Some(console::FactorProblem::Wrong),
        next: value,
    };
    let connection = console::SsoRow {
        name: value,
        kind: "saml",
        enabled: true,
        provider: value,
    };
    let connections = console::SsoConnections {
        shell,
        notice: Some(&notice),
        alone: true,
        connections: &[connection],
    };
    let connection = console::SsoForm {
        shell,
        csrf: value,
        read: value,
        notice: Some(&notice),
        connection: Some(connection),
        facts: &[(value, value)],
        fields: &[
            field("issuer", console::FieldKind::Line),
            field("client_secret", console::FieldKind::Secret),
        ],
    };
    vec![
        ("console own second factor".to_owned(), own_factor.render()),
        ("console single sign-on".to_owned(), connections.render()),
        ("console single sign-on form".to_owned(), connection.render()),
        ("console connectors".to_owned(), list.render()),
        ("console connector".to_owned(), page.render()),
        ("console connector form".to_owned(), form.render()),
    ]
}

/// The scripts' configuration, with `value` in every place.
pub(crate) fn config(value: &str) -> demo::Config {
    let connector = || demo::Connector {
        connector_id: value.to_owned(),
        client_id: value.to_owned(),
        redirect_uri: value.to_owned(),
        response_type: value.to_owned(),
        scope: value.to_owned(),
        js_method: value.to_owned(),
        js_context: value.to_owned(),
        pkce: true,
    };
    demo::Config {
        issuer: value.to_owned(),
        connectors: demo::Connectors {
            implicit: connector(),
            code: connector(),
            code_pkce: connector(),
            encrypted: connector(),
            anonymous: connector(),
            step_up: connector(),
            in_app: connector(),
        },
    }
}

/// The agent's view, with one check that passed and one that did as `passed` says.
pub(crate) fn agent<'a>(frame: Frame<'a>, value: &'a str, passed: bool) -> demo::Agent<'a> {
    // A view borrows its lists; for a test they may live for ever.
    let attributes: &[_] = Box::leak(Box::new([
        demo::Attribute { name: "ctype", value },
        demo::Attribute { name: value, value },
    ]));
    let checks: &[_] = Box::leak(Box::new([
        demo::Check {
            name: "Signature",
            detail: value,
            passed: true,
        },
        demo::Check {
            name: value,
            detail: value,
            passed,
        },
    ]));
    let steps: &[_] = Box::leak(Box::new([demo::Step {
        name: value,
        detail: value,
    }]));
    let tokens: &[_] = Box::leak(Box::new([demo::Token {
        title: value,
        compact: value,
        encryption: value,
        header: value,
        payload: value,
    }]));
    let chain: &[_] = Box::leak(Box::new([true, false].map(|verified| demo::Identity {
        name: value,
        detail: value,
        id: value,
        verified,
    })));
    let exchanges: &[_] = Box::leak(Box::new([demo::Exchange {
        from: value,
        to: value,
        line: value,
        request: value,
        status: value,
        answer: value,
        tokens,
    }]));
    demo::Agent {
        frame,
        conversation_id: value,
        connector: value,
        name: value,
        sub: value,
        customer_info: attributes,
        personal_info: attributes,
        claims: attributes,
        anonymous: false,
        chain,
        tokens,
        exchanges,
        checks,
        steps,
    }
}
