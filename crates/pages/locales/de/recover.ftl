# Die Seiten für alle, die ihr Passwort vergessen haben.

recover-title = Passwort vergessen?
recover-lead = Sagen Sie uns, wer Sie sind, und wir schicken Ihnen einen Link, mit dem Sie ein neues wählen.
recover-submit = Link schicken
recover-back = Zurück zur Anmeldung
recover-sent-title = Sehen Sie in Ihre E-Mails
recover-sent-lead =
    { $number ->
        [one] Wenn wir unter diesem Namen ein Konto kennen, ist ein Link an dessen E-Mail-Adresse unterwegs. Er gilt einmal, eine Minute lang.
       *[other] Wenn wir unter diesem Namen ein Konto kennen, ist ein Link an dessen E-Mail-Adresse unterwegs. Er gilt einmal, { $number } Minuten lang.
    }
mail-help = Nichts da? Sehen Sie auch im Spam-Ordner nach, und warten Sie ein paar Minuten, bevor Sie es noch einmal versuchen.
new-password-title = Neues Passwort wählen
new-password-lead = Für Ihr Konto { $user } bei { $brand }.
new-password-label = Neues Passwort
new-password-ends = Sie werden in jedem Browser und jeder App abgemeldet.
new-password-submit = Neues Passwort speichern
recover-done-title = Ihr neues Passwort ist gespeichert
recover-done-lead = Sie sind überall abgemeldet. Melden Sie sich jetzt mit dem neuen Passwort an.

# Was an einem Passwort nicht stimmt.

password-problem-short =
    { $number ->
        [one] Bitte nehmen Sie mindestens ein Zeichen.
       *[other] Bitte nehmen Sie mindestens { $number } Zeichen.
    }
password-problem-long = Dieses Passwort ist länger, als wir es verarbeiten können. Bitte wählen Sie ein kürzeres.
password-problem-common = Das ist eines der Passwörter, die zuerst geraten werden. Bitte wählen Sie ein anderes.
password-problem-breached = Dieses Passwort ist anderswo bekannt geworden. Bitte wählen Sie ein anderes.
password-problem-unchecked = Wir können dieses Passwort im Moment nicht prüfen. Bitte versuchen Sie es später noch einmal.
password-problem-context = Bitte machen Sie das Passwort nicht aus Ihrem Namen, Ihrer E-Mail-Adresse oder unserem Namen.
password-problem-repeated = Bitte wiederholen Sie nicht ein kurzes Muster. Wählen Sie etwas weniger Regelmäßiges.

# Die eigene Seite: das Passwort und die Adresse.

me-password = Ihr Passwort
me-password-current = Bisheriges Passwort
me-password-others = Sie werden überall sonst abgemeldet.
me-password-submit = Passwort ändern
me-password-wrong = Das bisherige Passwort stimmt nicht.
me-back = Zurück zu Ihrem Konto
password-changed-title = Ihr Passwort ist geändert
password-changed-lead = Ab jetzt gilt das neue.
me-address = Ihre E-Mail-Adresse
me-address-unproved = { $email } ist noch nicht bestätigt.
me-address-proved = { $email } ist bestätigt.
me-address-submit = Link zum Bestätigen schicken
address-sent-title = Sehen Sie in Ihre E-Mails
address-sent-lead = Ein Link ist an Ihre E-Mail-Adresse unterwegs. Öffnen Sie ihn, um zu bestätigen, dass die Adresse Ihre ist.
address-title = E-Mail-Adresse bestätigen
address-lead = { $email } gehört zu einem Konto bei { $brand }. Ist es Ihres?
address-submit = Ja, das ist meine
address-proved-title = Ihre E-Mail-Adresse ist bestätigt
address-proved-lead = Vielen Dank. Sie können dort weitermachen, wo Sie waren.
