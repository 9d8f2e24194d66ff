//! The ways in which the chat can learn who a consumer is.

/// A way that a visitor of the demo can choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// A code that is bound to the platform's verifier.
    CodePkce,
    /// A code.
    Code,
    /// An id_token.
    Implicit,
    /// An id_token that only the platform can read.
    Encrypted,
    /// Nobody signs in.
    Anonymous,
    /// Nobody signs in at first.
    StepUp,
    /// In an app.
    InApp,
}

impl Way {
    /// All of them, in the order in which they are offered; the first is chosen to begin with.
    pub const ALL: [Self; 7] = [
        Self::CodePkce,
        Self::Code,
        Self::Implicit,
        Self::Encrypted,
        Self::Anonymous,
        Self::StepUp,
        Self::InApp,
    ];

    /// The one of that name.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.as_str() == name)
    }

    /// Its name in [`Connectors`](super::Connectors) and in the page.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CodePkce => "code_pkce",
            Self::Code => "code",
            Self::Implicit => "implicit",
            Self::Encrypted => "encrypted",
            Self::Anonymous => "anonymous",
            Self::StepUp => "step_up",
            Self::InApp => "in_app",
        }
    }

    /// Its name for people.
    pub const fn title(self) -> &'static str {
        match self {
            Self::CodePkce => "Code with PKCE",
            Self::Code => "Code",
            Self::Implicit => "Implicit",
            Self::Encrypted => "Encrypted",
            Self::Anonymous => "Anonymous",
            Self::StepUp => "Step-up",
            Self::InApp => "In the app",
        }
    }

    /// What it is, in a few words.
    pub(crate) const fn gist(self) -> &'static str {
        match self {
            Self::CodePkce => "A code only the platform can use",
            Self::Code => "Traded server to server",
            Self::Implicit => "The signed token itself",
            Self::Encrypted => "Signed, then sealed",
            Self::Anonymous => "Nobody signs in",
            Self::StepUp => "Sign in half-way through",
            Self::InApp => "On a phone, with its SDK",
        }
    }

    /// What it is, in a sentence or two.
    pub(crate) const fn explanation(self) -> &'static str {
        match self {
            Self::CodePkce => {
                "The platform makes a secret and hands this page its hash. The page comes back with a code that only the owner of the secret can redeem."
            }
            Self::Code => {
                "The page gets a one-time code. The platform’s server trades it, with its own secret, for the signed token."
            }
            Self::Implicit => "The page itself gets the signed token, and hands it to the platform as it is.",
            Self::Encrypted => {
                "The token is signed by the brand, then encrypted to the platform’s key. The page carries it and can’t read a word."
            }
            Self::Anonymous => {
                "No sign-in at all: the platform gives the visitor a token of its own, and the agent sees somebody without a name."
            }
            Self::StepUp => {
                "The chat begins without a name. Signing in half-way turns it into a verified one: same conversation, both identities in one chain."
            }
            Self::InApp => {
                "The brand’s app opens the phone’s browser to sign in, comes back with a code, and hands it to the messaging SDK."
            }
        }
    }
}
