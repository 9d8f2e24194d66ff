//! Writes every page into a folder, with the assets beside it: `cargo run -p pages --example preview -- FOLDER`.

use pages::{
    AllowedClient, BeginsAt, Brand, ConfirmAddress, Consent, Error, ErrorKind, FormPost, FormTokens, Frame,
    Link, Locale, LoggedOut, Login, LoginProblem, Logo, Logout, NewPassword, OwnAddress, OwnPassword,
    PasswordProblem, Recover, SignedIn, SignedInSession, Tell, Told, assets,
};
use pages::{console, demo};
use std::path::PathBuf;
use std::{env, fs, io};

const TOKENS: FormTokens<'_> = FormTokens {
    csrf: "csrf",
    interaction: "interaction",
};

fn main() -> io::Result<()> {
    let folder = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "target/preview".to_owned()));
    fs::create_dir_all(folder.join("assets"))?;
    for (path, asset) in assets::all() {
        fs::write(folder.join(path.trim_start_matches('/')), asset.bytes)?;
    }
    let brand = Brand::new(demo::Shop::BRAND, None, demo::Shop::COLOUR.parse().ok());
    let frame = Frame {
        brand: &brand,
        nonce: "preview",
    };
    for locale in Locale::ALL {
        for (name, html) in consumer_pages(frame, locale) {
            write(&folder, &format!("{name}.{}", locale.tag()), &html)?;
        }
    }
    for (name, colour) in [
        ("yellow", "#ffd23f"),
        ("navy", "#0b1f3a"),
        ("white", "#ffffff"),
        ("violet", "#6d4aff"),
    ] {
        let brand = Brand::new("Aurelia Bank", None, colour.parse().ok());
        let frame = Frame {
            brand: &brand,
            nonce: "preview",
        };
        write(
            &folder,
            &format!("login.{name}"),
            &login(frame).render(Locale::English),
        )?;
    }
    let own = Brand::new("Signature", None, None);
    let own = Frame {
        brand: &own,
        nonce: "preview",
    };
    demo_pages(frame)
        .into_iter()
        .chain(console_pages(own))
        .try_for_each(|(name, html)| write(&folder, name, &html))
}

/// A page as a browser can open it from the folder.
fn write(folder: &std::path::Path, name: &str, html: &str) -> io::Result<()> {
    fs::write(
        folder.join(format!("{name}.html")),
        html.replace("\"/assets/", "\"assets/"),
    )
}

fn login(frame: Frame<'_>) -> Login<'_> {
    Login {
        frame,
        action: "/login",
        tokens: TOKENS,
        client_name: Some("Linden & Clay messaging"),
        username: "",
        remember: Some(false),
        again: false,
        registered: false,
        problem: None,
        cancel: true,
        recover: None,
        register: None,
    }
}

fn consumer_pages(frame: Frame<'_>, locale: Locale) -> Vec<(&'static str, String)> {
    let policy = Link::web("https://app.example/policy");
    let terms = Link::web("https://app.example/terms");
    let home = Link::web("https://app.example/").map(|link| (link, "Parcel Tracker"));
    let logout = Link::local("/logout");
    let logo = Logo::parse("/logo.png").filter(|_| false);
    let onward = home.as_ref().map(|(link, name)| (link, *name));
    let recover = Link::local("/recover");
    let register = Link::local("/register-account");
    let mut pages = vec![
        ("login", login(frame).render(locale)),
        (
            "login-retry",
            Login {
                username: "ana@example.test",
                remember: Some(true),
                problem: Some(LoginProblem::Credentials),
                recover: recover.as_ref(),
                register: register.as_ref(),
                ..login(frame)
            }
            .render(locale),
        ),
        (
            "login-registered",
            Login {
                username: "ana@example.test",
                registered: true,
                register: register.as_ref(),
                ..login(frame)
            }
            .render(locale),
        ),
        (
            "login-again",
            Login {
                username: "ana@example.test",
                again: true,
                remember: None,
                problem: Some(LoginProblem::Throttled { retry_after: 30 }),
                ..login(frame)
            }
            .render(locale),
        ),
        (
            "consent",
            Consent {
                frame,
                action: "/consent",
                tokens: TOKENS,
                client_name: "Parcel Tracker",
                client_logo: logo.as_ref(),
                redirect_host: "app.parcel-tracker.example",
                user: "Ana Sousa",
                scopes: &[
                    "openid",
                    "profile",
                    "email",
                    "phone",
                    "address",
                    "offline_access",
                    "orders:read",
                ],
                details: &[],
                policy: policy.as_ref(),
                terms: terms.as_ref(),
            }
            .render(locale),
        ),
        (
            "logout",
            Logout {
                frame,
                action: "/logout",
                tokens: TOKENS,
                user: Some("Ana Sousa"),
                client_name: Some("Parcel Tracker"),
                several: true,
            }
            .render(locale),
        ),
        (
            "logged-out",
            LoggedOut {
                frame,
                onward,
                frames: &[],
            }
            .render(locale),
        ),
        (
            "error",
            Error {
                frame,
                kind: ErrorKind::RedirectUri,
                request_id: "01KAVW3Z0Q8R6T",
                onward: None,
            }
            .render(locale),
        ),
        (
            "error-onward",
            Error {
                frame,
                kind: ErrorKind::InvalidRequest,
                request_id: "01KAVW3Z0Q8R6T",
                onward,
            }
            .render(locale),
        ),
        (
            "form-post",
            FormPost {
                frame,
                redirect_uri: "#",
                parameters: &[("code", "c"), ("state", "s")],
                client_name: "Parcel Tracker",
            }
            .render(locale)
            .replace(" defer", " type=\"off\""),
        ),
    ];
    let apps: Vec<BeginsAt> = [
        ("Parcel Tracker", Some("app.example")),
        ("Linden & Clay – the shop for everything that grows", None),
    ]
    .into_iter()
    .filter_map(|(name, host)| {
        let begin = Link::web("https://app.example/login?iss=https%3A%2F%2Fid.example")?;
        let (name, host) = (name.to_owned(), host.map(str::to_owned));
        Some(BeginsAt { name, host, begin })
    })
    .collect();
    if let Some(logout) = &logout {
        let page = SignedIn {
            frame,
            user: "Ana Sousa",
            username: Some("ana@example.test"),
            logout,
            others: logout,
            action: "/me",
            tokens: FormTokens {
                csrf: "csrf",
                interaction: "",
            },
            apps: &apps,
            sessions: &[SignedInSession {
                sid: "01a2".to_owned(),
                since: "2026-11-24 12:00 UTC".to_owned(),
                last_used: "2026-11-24 12:30 UTC".to_owned(),
                is_this: true,
            }],
            consents: &[AllowedClient {
                client_id: "tracker".to_owned(),
                name: "Parcel Tracker".to_owned(),
                scopes: "openid email".to_owned(),
                since: "2026-11-24 12:00 UTC".to_owned(),
            }],
            password: Some(OwnPassword { problem: None }),
            address: Some(OwnAddress {
                email: "ana@example.test",
                proved: false,
                can_prove: true,
            }),
        };
        pages.push(("signed-in", page.render(locale)));
    }
    pages.extend(recovery(frame, locale));
    pages
}

fn recovery(frame: Frame<'_>, locale: Locale) -> Vec<(&'static str, String)> {
    let login = Link::local("/login");
    let told = |what| {
        let onward = login.as_ref();
        Told { frame, what, onward }.render(locale)
    };
    vec![
        (
            "recover",
            Recover {
                frame,
                action: "/recover",
                tokens: TOKENS,
                username: "",
                login: login.as_ref(),
            }
            .render(locale),
        ),
        ("recover-sent", told(Tell::RecoverSent { minutes: 30 })),
        (
            "new-password",
            NewPassword {
                frame,
                action: "/recover",
                tokens: TOKENS,
                token: "token",
                username: "ana@example.test",
                problem: Some(PasswordProblem::TooShort { least: 8 }),
            }
            .render(locale),
        ),
        ("recovered", told(Tell::Recovered)),
        ("password-changed", told(Tell::PasswordChanged)),
        (
            "confirm-address",
            ConfirmAddress {
                frame,
                action: "/verify-address",
                tokens: TOKENS,
                token: "token",
                email: "ana@example.test",
            }
            .render(locale),
        ),
        ("address-sent", told(Tell::AddressSent)),
        ("address-proved", told(Tell::AddressProved)),
    ]
}

fn demo_pages(frame: Frame<'_>) -> Vec<(&'static str, String)> {
    let connector = |id: &str, response_type: &str, pkce| demo::Connector {
        connector_id: id.to_owned(),
        client_id: "platform".to_owned(),
        redirect_uri: "http://localhost:8080/demo/".to_owned(),
        response_type: response_type.to_owned(),
        scope: "openid profile email phone".to_owned(),
        js_method: "lpGetAuthenticationToken".to_owned(),
        js_context: "window".to_owned(),
        pkce,
    };
    let config = demo::Config {
        issuer: "https://login.brand.example".to_owned(),
        connectors: demo::Connectors {
            implicit: connector("4021", "id_token", false),
            code: connector("4022", "code", false),
            code_pkce: connector("4023", "code", true),
            encrypted: connector("4024", "id_token", false),
            anonymous: connector("4025", "code", true),
            step_up: connector("4023", "code", true),
            in_app: connector("4022", "code", false),
        },
    };
    let people = [
        ("Ana Sousa", "ana@example.test", "kiln-7f3a-ash"),
        ("Ben Okafor", "ben@example.test", "slip-c41e-oak"),
        ("Chiyo Tanaka", "chiyo@example.test", "glaze-90bd-elm"),
    ];
    let credentials = people.map(|(name, username, password)| demo::Credentials {
        name,
        username,
        password,
    });
    let logout = Link::local("/logout");
    let shop = demo::Shop {
        frame,
        config: &config,
        credentials: &credentials,
        logout: logout.as_ref(),
    };
    let failed = [
        demo::Check {
            name: "Signature",
            detail: "RS256, but no published key has kid 3f9c",
            passed: false,
        },
        demo::Check {
            name: "Issuer",
            detail: "http://localhost:8080",
            passed: true,
        },
    ];
    let stranger = demo::Agent {
        name: "Consumer",
        customer_info: &[],
        personal_info: &[],
        checks: &failed,
        steps: &[],
        ..agent(frame)
    };
    vec![
        ("shop", shop.render()),
        ("agent", agent(frame).render()),
        ("agent-failed", stranger.render()),
    ]
}

fn console_pages(frame: Frame<'_>) -> Vec<(&'static str, String)> {
    let shell = console::Shell {
        frame,
        user: "admin",
        csrf: "csrf",
        section: console::Section::Accounts,
        account: None,
        sections: console::Section::OF_ACCOUNT,
        chooses: true,
        own_factor: true,
    };
    let row = |id, name, issuer, active, is_default| console::AccountRow {
        id,
        name,
        issuer,
        active,
        is_default,
        created: "2026-11-24",
    };
    let accounts = [
        row("default", "Linden & Clay", "https://id.example", true, true),
        row(
            "aurelia",
            "Aurelia Bank",
            "https://login.aurelia.example",
            true,
            false,
        ),
        row(
            "tracker",
            "Parcel Tracker",
            "https://id.example/a/tracker",
            false,
            false,
        ),
    ];
    let entry = |seq, event, actor, detail| console::AuditEntry {
        seq,
        at: "2026-11-24T12:00:00.000Z",
        shown_at: "2026-11-24 12:00:00",
        event,
        actor,
        refused: event == "admin.login_failed",
        facts: &[("Client", "shop"), ("Address", "192.0.2.7")],
        detail,
    };
    let entries = [
        entry(
            Some(18),
            "client.updated",
            "admin:ana",
            "{\n  \"enabled\": false\n}",
        ),
        entry(Some(17), "admin.login_failed", "admin:ana", ""),
        entry(None, "account.created", "command", ""),
    ];
    let accounts = console::Accounts {
        shell,
        accounts: &accounts,
        next: None,
        command: "account create --name …",
    };
    let audit = console::Audit {
        shell: console::Shell {
            section: console::Section::Audit,
            account: Some(console::Account {
                id: "default",
                name: "Linden & Clay",
            }),
            ..shell
        },
        entries: &entries,
        event: "",
        older: None,
    };
    let login = console::Login {
        frame,
        action: "/admin/login",
        csrf: "csrf",
        next: "",
        username: "",
        problem: None,
    };
    let mut pages = people_pages(audit.shell);
    pages.extend(sign_in_pages(frame));
    pages.extend([
        ("console-login", login.render()),
        ("console-accounts", accounts.render()),
        (
            "console-accounts-none",
            console::Accounts {
                accounts: &[],
                ..accounts
            }
            .render(),
        ),
        ("console-audit", audit.render()),
        (
            "console-audit-none",
            console::Audit {
                entries: &[],
                ..audit
            }
            .render(),
        ),
    ]);
    pages
}

fn people_pages(shell: console::Shell<'_>) -> Vec<(&'static str, String)> {
    let field = |key, label, hint, value| console::FormField {
        key,
        label,
        hint,
        value,
        kind: console::FieldKind::Line,
        problem: "",
    };
    let check = |name, label, on| console::Check { name, label, on };
    let user = |id, login_name, full_name, profiles, enabled, last_login| console::UserRow {
        id,
        login_name,
        full_name,
        profiles,
        enabled,
        last_login,
    };
    let users = shell_of(shell, console::Section::Users);
    let keys = shell_of(shell, console::Section::AppKeys);
    let list = console::Users {
        shell: users,
        notice: None,
        users: &[
            user(
                "4711",
                "robin",
                "Robin Vega",
                "Administrator",
                true,
                "2026-11-24 12:00 UTC",
            ),
            user("4712", "alex", "Alex Morgan", "Agent, Agent Manager", true, ""),
            user("4713", "bot1", "Bot One", "Bot, Agent", false, ""),
        ],
        search: "",
        next: None,
    };
    let form = console::UserForm {
        shell: users,
        csrf: "csrf",
        read: "",
        notice: None,
        standing: Some(console::UserStanding {
            id: "4711",
            login_name: "robin",
            enabled: true,
            has_password: true,
            has_factor: true,
            is_self: false,
            made: "2026-11-01 09:00 UTC",
            last_login: "2026-11-24 12:00 UTC",
        }),
        fields: &[
            field(
                "loginName",
                "Login name",
                "What they log in with, once in the account.",
                "robin",
            ),
            field("fullName", "Full name", "Once in the account.", "Robin Vega"),
            field(
                "email",
                "E-mail address",
                "A bot needs none.",
                "robin@brand.example",
            ),
        ],
        groups: &[console::CheckGroup {
            key: "profileIds",
            label: "Profiles",
            hint: "What they may do: at least one.",
            problem: "",
            checks: &[
                check("profile.1", "Administrator", true),
                check("profile.2", "Agent", false),
            ],
        }],
    };
    let row = |id, application, privileges, enabled, last_used| console::AppKeyRow {
        id,
        application,
        developer: "Brand IT",
        privileges,
        enabled,
        expired: false,
        last_used,
    };
    let first = row(
        "0f3b1c5de2a94f7c8b60d1e2f3a4b5c6",
        "Roster",
        "Administration > Users, Administration > Skills (Read)",
        true,
        "2026-11-24 12:00 UTC",
    );
    let app_keys = console::AppKeys {
        shell: keys,
        notice: None,
        keys: &[
            first,
            row(
                "9a8b7c6d5e4f30211203f4e5d6c7b8a9",
                "Bots",
                "Agent Interactions > User Login",
                false,
                "",
            ),
        ],
    };
    let app_key = console::AppKeyForm {
        shell: keys,
        csrf: "csrf",
        read: "",
        notice: None,
        key: None,
        fields: &[
            field("application_name", "Application name", "What uses the key.", ""),
            field("developer_name", "Developer name", "Who wrote that.", ""),
        ],
        groups: &[console::CheckGroup {
            key: "privileges-1",
            label: "Administration",
            hint: "",
            problem: "",
            checks: &[
                check("may.1", "Users", false),
                check("may.2", "Users (Read)", true),
                check("may.3", "Skills", false),
            ],
        }],
    };
    let value = |label, value| console::OnceValue { label, value };
    let onward = Link::local("/admin/app-keys");
    let mut pages = vec![
        ("console-users", list.render()),
        ("console-user", form.render()),
        ("console-app-keys", app_keys.render()),
        ("console-app-key", app_key.render()),
    ];
    if let Some(onward) = &onward {
        let once = console::Once {
            shell: keys,
            title: "The values of the API key",
            text: "The application signs its calls with these four.",
            values: &[
                value("App key", "0f3b1c5de2a94f7c8b60d1e2f3a4b5c6"),
                value("Secret", "5d41402abc4b2a76b9719d911017c592"),
                value("Access token", "7d793037a0760186574b0282f2f435e7"),
                value("Access token secret", "9e107d9d372bb6826bd81d3542a419d6"),
            ],
            onward,
        };
        pages.push(("console-once", once.render()));
    }
    pages
}

fn shell_of(shell: console::Shell<'_>, section: console::Section) -> console::Shell<'_> {
    console::Shell { section, ..shell }
}

fn sign_in_pages(frame: Frame<'_>) -> Vec<(&'static str, String)> {
    let user = console::UserLogin {
        frame,
        csrf: "csrf",
        next: "",
        account: "12345678",
        username: "",
        changes: false,
        problem: None,
    };
    let factor = console::Factor {
        frame,
        csrf: "csrf",
        next: "",
        username: "robin",
        is_new: false,
        set_up: None,
        problem: None,
    };
    let set_up = console::SetUp {
        uri: "otpauth://totp/Linden%20%26%20Clay:robin?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Linden%20%26%20Clay",
        secret: "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ",
    };
    let new = console::Factor {
        is_new: true,
        set_up: Some(set_up),
        ..factor
    };
    vec![
        ("console-user-login", user.render()),
        ("console-factor", factor.render()),
        ("console-factor-new", new.render()),
    ]
}

fn agent(frame: Frame<'_>) -> demo::Agent<'_> {
    demo::Agent {
        frame,
        conversation_id: "c1f0e2d4-77aa",
        connector: "Code with PKCE",
        name: "Ana Sousa",
        sub: "q3Vb0t7mXkGZ2nPjYw5uRg",
        customer_info: CUSTOMER_INFO,
        personal_info: PERSONAL_INFO,
        claims: CLAIMS,
        anonymous: false,
        chain: &[
            demo::Identity {
                name: "Ana Sousa",
                detail: "signed in by Code with PKCE",
                id: "9f2c61d08b7e4a35c1f0d96e2b84a7530c5e91fd27a6b3482d1c0e97f5a46b38",
                verified: true,
            },
            demo::Identity {
                name: "Anonymous visitor",
                detail: "before they signed in",
                id: "672fe5a5-a103-4344-beaa-2b296355b531",
                verified: false,
            },
        ],
        tokens: &[demo::Token {
            title: "The brand’s token",
            compact: COMPACT,
            encryption: "",
            header: HEADER,
            payload: PAYLOAD,
        }],
        exchanges: &[demo::Exchange {
            from: "The platform",
            to: "The brand’s login",
            line: "POST /token",
            request: "authorization: Basic bWVz…\n\ngrant_type=authorization_code\ncode=SplX…",
            status: "200",
            answer: "{\n  \"id_token\": \"eyJh…\"\n}",
            tokens: &[],
        }],
        checks: &[
            demo::Check {
                name: "Signature",
                detail: "RS256 with the published key kid 2026-11-24-a1, from http://localhost:8080/jwks",
                passed: true,
            },
            demo::Check {
                name: "Issuer",
                detail: "http://localhost:8080, as the connector is configured",
                passed: true,
            },
            demo::Check {
                name: "Audience",
                detail: "platform_code, the connector’s client",
                passed: true,
            },
            demo::Check {
                name: "Times",
                detail: "Issued 3 seconds ago, expires in 59 minutes and 57 seconds",
                passed: true,
            },
        ],
        steps: &[
            demo::Step {
                name: "lpGetAuthenticationToken",
                detail: "called back with {ssoKey, redirect_uri}",
            },
            demo::Step {
                name: "POST /token",
                detail: "200 in 6 ms, with the platform’s own code_verifier",
            },
            demo::Step {
                name: "GET /jwks",
                detail: "200 in 1 ms, one key",
            },
        ],
    }
}

const fn attribute(name: &'static str, value: &'static str) -> demo::Attribute<'static> {
    demo::Attribute { name, value }
}

const CUSTOMER_INFO: &[demo::Attribute<'_>] = &[
    attribute("ctype", "gold"),
    attribute("cstatus", "active"),
    attribute("customerId", "LC-204817"),
    attribute("balance", "−12.75"),
    attribute("currency", "EUR"),
    attribute("userName", "ana.sousa"),
    attribute("accountName", "Sousa & Filhos"),
    attribute("role", "Buyer"),
    attribute("companySize", "40"),
    attribute("lastPaymentDate", "3 November 2026"),
    attribute("registrationDate", "23 May 2019"),
];

const PERSONAL_INFO: &[demo::Attribute<'_>] = &[
    attribute("firstname", "Ana"),
    attribute("lastname", "Sousa"),
    attribute("age.age", "41"),
    attribute("gender", "FEMALE"),
    attribute("company", "Sousa & Filhos"),
    attribute("language", "pt-PT"),
    attribute("contacts.email", "ana@example.test"),
    attribute("contacts.phone", "+351 21 555 0100 (mobile)"),
    attribute("contacts.address", "Lisboa, PT"),
];

const CLAIMS: &[demo::Attribute<'_>] = &[
    attribute("email_verified", "Yes"),
    attribute("zoneinfo", "Europe/Lisbon"),
    attribute("locale", "pt-PT"),
];

const HEADER: &str = "{\n  \"alg\": \"RS256\",\n  \"typ\": \"JWT\",\n  \"kid\": \"2026-11-24-a1\"\n}";

const PAYLOAD: &str = "{\n  \"iss\": \"http://localhost:8080\",\n  \"sub\": \"q3Vb0t7mXkGZ2nPjYw5uRg\",\n  \
\"aud\": \"platform_code\",\n  \"iat\": 1795498020,\n  \"exp\": 1795501620,\n  \"email_verified\": true,\n  \
\"lp_sdes\": [\n    {\n      \"type\": \"ctmrinfo\",\n      \"info\": {\n        \"customerId\": \"LC-204817\",\n        \
\"ctype\": \"gold\",\n        \"balance\": -12.75\n      }\n    }\n  ]\n}";

const COMPACT: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCIsImtpZCI6IjIwMjYtMTEtMjQtYTEifQ.\
eyJpc3MiOiJodHRwOi8vbG9jYWxob3N0OjgwODAiLCJzdWIiOiJxM1ZiMHQ3bVhrR1oyblBqWXc1dVJnIiwiYXVkIjoicGxhdGZvcm1fY29kZSIsImlhdCI6MTc5NTQ5ODAyMCwiZXhwIjoxNzk1NTAxNjIwfQ.\
Yx3uQ0n8m2kQm9P1v0Jb7sE4rT6yU8iO0pA1sD2fG3hJ4kL5zX6cV7bN8mQ9wE0rT1yU2iO3pA4sD5fG6hJ7kL8zX9cV0bN1mQ2wE3rT4yU5iO6pA7sD8fG9hJ0kL1zX2cV3bN4mQ5wE6rT7yU8iO9p";
