use oauth::{MaxAge, Prompt, PromptError, Prompts};

fn prompts(text: &str) -> Prompts {
    text.parse().unwrap()
}

#[test]
fn prompts_are_a_set() {
    let prompts = prompts("consent login consent");
    assert!(prompts.contains(Prompt::Login) && prompts.contains(Prompt::Consent));
    assert!(!prompts.contains(Prompt::None) && !prompts.contains(Prompt::Create));
    assert_eq!(prompts.to_string(), "login consent");
    assert_eq!(
        prompts.iter().collect::<Vec<_>>(),
        [Prompt::Login, Prompt::Consent]
    );
}

#[test]
fn one_that_was_satisfied_can_be_taken_away() {
    let rest = prompts("login consent").without(Prompt::Login);
    assert_eq!(rest.to_string(), "consent");
    assert!(rest.without(Prompt::Consent).is_empty());
}

#[test]
fn sec_029_none_stands_alone() {
    assert!(prompts("none").contains(Prompt::None));
    for prompt in Prompt::ALL.into_iter().filter(|prompt| *prompt != Prompt::None) {
        for text in [format!("none {prompt}"), format!("{prompt} none")] {
            assert_eq!(
                text.parse::<Prompts>(),
                Err(PromptError::NoneWithOthers),
                "{text}"
            );
        }
    }
}

#[test]
fn no_prompt_is_not_prompt_none() {
    assert!(prompts("").is_empty());
    assert!(Prompts::default().is_empty());
    assert!(!prompts("none").is_empty());
}

#[test]
fn an_unknown_prompt_is_an_error() {
    for text in ["Login", "reauth", "login,consent", "none\t"] {
        assert_eq!(text.parse::<Prompts>(), Err(PromptError::Unknown), "{text}");
    }
}

#[test]
fn prompts_are_stored_as_a_string() {
    for text in ["", "none", "login consent select_account create"] {
        let json = serde_json::to_string(&prompts(text)).unwrap();
        assert_eq!(json, format!("\"{text}\""));
        assert_eq!(serde_json::from_str::<Prompts>(&json).unwrap(), prompts(text));
    }
}

#[test]
fn sec_030_max_age_is_a_whole_number_of_seconds() {
    assert_eq!("0".parse(), Ok(MaxAge(0)));
    assert_eq!("0300".parse(), Ok(MaxAge(300)));
    assert_eq!("99999999999999999999999".parse(), Ok(MaxAge(u32::MAX)));
    for text in ["", " ", "-1", "+1", "1.5", "1e3", " 1", "1 ", "0x10", "ten", "١"] {
        assert!(text.parse::<MaxAge>().is_err(), "{text:?}");
    }
}
