# The pages of a consumer who forgot the password.

recover-title = Forgot your password?
recover-lead = Tell us who you are, and we’ll email you a link to choose a new one.
recover-submit = Send the link
recover-back = Back to sign-in
recover-sent-title = Check your email
recover-sent-lead =
    { $number ->
        [one] If we know an account under that name, a link is on its way to its email address. It works once, within a minute.
       *[other] If we know an account under that name, a link is on its way to its email address. It works once, within { $number } minutes.
    }
mail-help = Nothing there? Check your spam folder too, and wait a few minutes before you ask again.
new-password-title = Choose a new password
new-password-lead = For your { $brand } account { $user }.
new-password-label = New password
new-password-ends = You’ll be signed out in every browser and app.
new-password-submit = Save the new password
recover-done-title = Your new password is saved
recover-done-lead = You’re signed out everywhere. Now sign in with the new password.

# What is wrong with a password.

password-problem-short =
    { $number ->
        [one] Please use at least one character.
       *[other] Please use at least { $number } characters.
    }
password-problem-long = This password is longer than we can take. Please choose a shorter one.
password-problem-common = This is one of the passwords that are guessed first. Please choose another.
password-problem-breached = This password has turned up in a data breach elsewhere. Please choose another.
password-problem-unchecked = We can’t check this password at the moment. Please try again later.
password-problem-context = Please don’t make the password of your name, your email address or our name.
password-problem-repeated = Please don’t repeat one short pattern. Choose something less regular.

# A consumer’s own page: the password and the address.

me-password = Your password
me-password-current = Current password
me-password-others = You’ll be signed out everywhere else.
me-password-submit = Change password
me-password-wrong = The current password is not right.
me-back = Back to your account
password-changed-title = Your password is changed
password-changed-lead = Use the new one from now on.
me-address = Your email address
me-address-unproved = { $email } isn’t confirmed yet.
me-address-proved = { $email } is confirmed.
me-address-submit = Email me a link to confirm it
address-sent-title = Check your email
address-sent-lead = A link is on its way to your email address. Open it to confirm that the address is yours.
address-title = Confirm your email address
address-lead = { $email } belongs to an account at { $brand }. Is it yours?
address-submit = Yes, it’s mine
address-proved-title = Your email address is confirmed
address-proved-lead = Thank you. You can go on where you were.
