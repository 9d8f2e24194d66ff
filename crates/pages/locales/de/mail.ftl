# Was Menschen geschickt wird: ein Betreff, und was darin steht.

mail-recover-subject = Neues Passwort für { $brand } wählen
mail-recover-lead = Jemand, wahrscheinlich Sie, hat ein neues Passwort für Ihr Konto bei { $brand } angefordert.
mail-recover-action = Neues Passwort wählen
mail-recover-valid =
    { $number ->
        [one] Der Link funktioniert einmal, eine Minute lang.
       *[other] Der Link funktioniert einmal, { $number } Minuten lang.
    }
mail-recover-else = Wenn Sie das nicht waren, müssen Sie nichts tun: Ihr Passwort bleibt, wie es ist.
mail-verify-subject = E-Mail-Adresse für { $brand } bestätigen
mail-verify-lead = Diese Adresse wurde für ein Konto bei { $brand } angegeben. Bitte bestätigen Sie, dass sie Ihnen gehört.
mail-verify-action = Adresse bestätigen
mail-verify-else = Wenn Sie davon nichts wissen, müssen Sie nichts tun.
mail-password-subject = Ihr Passwort für { $brand } wurde geändert
mail-password-lead = Das Passwort Ihres Kontos bei { $brand } wurde am { $when } geändert.
mail-address-subject = Ihre E-Mail-Adresse bei { $brand } wurde geändert
mail-address-lead = Die E-Mail-Adresse Ihres Kontos bei { $brand } wurde am { $when } geändert. Weitere Nachrichten gehen an die neue.
mail-phone-subject = Ihre Telefonnummer bei { $brand } wurde geändert
mail-phone-lead = Die Telefonnummer Ihres Kontos bei { $brand } wurde am { $when } geändert.
mail-factor-added-subject = Ihr Konto bei { $brand } hat einen neuen Authenticator
mail-factor-added-lead = Zu Ihrem Konto bei { $brand } kam am { $when } ein Authenticator hinzu. Ab jetzt wird nach seinen Codes gefragt, oder nach einem der neuen Wiederherstellungscodes.
mail-factor-removed-subject = Der Authenticator Ihres Kontos bei { $brand } wurde entfernt
mail-factor-removed-lead = Der Authenticator Ihres Kontos bei { $brand } wurde am { $when } entfernt. Seine Codes und die Wiederherstellungscodes gelten nicht mehr.
mail-deleted-subject = Ihr Konto bei { $brand } wurde gelöscht
mail-deleted-lead = Ihr Konto bei { $brand } wurde am { $when } gelöscht. Dies ist die letzte Nachricht dazu.
mail-not-you = Wenn das weder Sie waren noch jemand, der es darf, wenden Sie sich bitte sofort an { $brand }.
mail-address-again = Falls die Schaltfläche nicht funktioniert, öffnen Sie diese Adresse in Ihrem Browser:
mail-automatic = Bitte antworten Sie nicht auf diese Nachricht: Was zurückkommt, liest niemand.
