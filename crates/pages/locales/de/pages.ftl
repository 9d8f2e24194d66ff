# Die Anmeldeseite.

login-title = Anmelden
login-lead = Mit Ihrem Konto bei { $brand }.
login-lead-client = um mit { $client } fortzufahren
login-heading-again = Erneut anmelden
login-lead-again = Bitte bestätigen Sie, dass Sie es sind, bevor es weitergeht.
login-username = E-Mail oder Benutzername
login-password = Passwort
login-show-password = Anzeigen
login-hide-password = Verbergen
login-remember = Angemeldet bleiben
login-recover = Passwort vergessen?
login-submit = Anmelden
login-cancel = Abbrechen
login-new-here = Neu bei { $brand }?
login-register = Konto erstellen
login-registered = Melden Sie sich jetzt mit dem Passwort an, das Sie eben gewählt haben. Wenn Sie unter diesem Namen schon ein Konto hatten, gilt dessen Passwort.
login-problem-credentials = Benutzername oder Passwort stimmt nicht. Bitte prüfen Sie beides und versuchen Sie es noch einmal.
login-problem-throttled = Zu viele Versuche. Bitte warten Sie einen Moment und versuchen Sie es dann noch einmal.
login-problem-throttled-for =
    { $number ->
        [one] Zu viele Versuche. Bitte versuchen Sie es in einer Sekunde noch einmal.
       *[other] Zu viele Versuche. Bitte versuchen Sie es in { $number } Sekunden noch einmal.
    }

# Die Zustimmung.

consent-title = { $client } zulassen
consent-heading = { $client } möchte Ihr Konto bei { $brand } verwenden
consent-user = Sie sind als { $user } angemeldet.
consent-scopes = Worum { $client } bittet
consent-redirect = Ihre Antwort geht an { $host }.
consent-allow = Zulassen
consent-deny = Nicht zulassen
consent-about = Mehr über { $client }:
consent-policy = Datenschutz
consent-terms = Nutzungsbedingungen

# Worum ein Client bittet: je eine Zeile.

scope-openid = Sie wiedererkennen, wenn Sie zurückkommen
scope-profile = Ihr Profil sehen: Name, Bild, Geburtstag, Geschlecht, Sprache
scope-email = Ihre E-Mail-Adresse sehen
scope-phone = Ihre Telefonnummer sehen
scope-address = Ihre Postanschrift sehen
scope-offline-access = Den Zugriff behalten, während Sie nicht da sind
scope-other = Die Berechtigung { $scope } nutzen

# Die Seiten rund ums Abmelden, und die ohne Client.

logout-title = Abmelden
logout-heading = Möchten Sie sich abmelden?
logout-lead = Sie sind bei { $brand } angemeldet.
logout-lead-user = Sie sind bei { $brand } als { $user } angemeldet.
logout-client = { $client } hat darum gebeten.
logout-confirm = Abmelden
logout-all = Von allen Konten hier abmelden
logout-stay = Angemeldet bleiben
logged-out-title = Sie sind abgemeldet
logged-out-lead = Sie haben Ihr Konto bei { $brand } in diesem Browser verlassen.
logged-out-shared = Wenn Sie dieses Gerät mit anderen teilen, schließen Sie bitte auch alle Browserfenster.
signed-in-title = Sie sind angemeldet
signed-in-lead = Willkommen bei { $brand }, { $user }.
me-apps = Apps, die Sie öffnen können
me-sessions = Wo Sie angemeldet sind
me-session = Angemeldet am { $since }, zuletzt benutzt am { $used }.
me-this = Dieser Browser.
me-end-session = Dort abmelden
me-consents = Was Sie erlaubt haben
me-consent = { $client } darf nutzen: { $scopes }. Seit { $since }.
me-revoke = Zurücknehmen
me-end-all-lead = Meldet Sie in jedem Browser ab und nimmt jeder App den Zugriff.
me-end-all = Überall abmelden

# Die Seite, die einem Client eine Antwort bringt.

form-post-title = Einen Moment, bitte
form-post-lead = Wir bringen Sie zu { $client }.
form-post-continue = Weiter

# The page on which an account is made, and the one on which one is chosen.

register-title = Konto anlegen
register-lead = Ein Konto für alles bei { $brand }.
register-name = Ihr Name
register-email = E-Mail-Adresse
register-submit = Konto anlegen
register-have = Sie haben schon ein Konto?
register-problem-details = Mit diesen Angaben kann kein Konto angelegt werden. Bitte prüfen Sie Ihre E-Mail-Adresse und Ihren Namen.
register-problem-password = Bitte wählen Sie ein längeres Passwort, das sich nicht leicht erraten lässt.
choose-title = Konto wählen
choose-continue = Weiter als { $user }
choose-other = Anderes Konto verwenden
