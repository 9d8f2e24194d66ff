# The login page.

login-title = Sign in
login-lead = Use your { $brand } account.
login-lead-client = to continue to { $client }
login-heading-again = Sign in again
login-lead-again = Please confirm that it’s you before you go on.
login-username = Email or username
login-password = Password
login-show-password = Show
login-hide-password = Hide
login-remember = Keep me signed in
login-recover = Forgot password?
login-submit = Sign in
login-cancel = Cancel
login-new-here = New to { $brand }?
login-register = Create an account
login-registered = Now sign in with the password that you just chose. If you already had an account under this name, sign in with the password of that one.
login-problem-credentials = The username or password is not right. Please check both and try again.
login-problem-throttled = Too many attempts. Please wait a moment and try again.
login-problem-throttled-for =
    { $number ->
        [one] Too many attempts. Please try again in one second.
       *[other] Too many attempts. Please try again in { $number } seconds.
    }

# The consent page.

consent-title = Allow { $client }
consent-heading = { $client } would like to use your { $brand } account
consent-user = You’re signed in as { $user }.
consent-scopes = What { $client } asks for
consent-redirect = Your answer goes to { $host }.
consent-allow = Allow
consent-deny = Don’t allow
consent-about = More about { $client }:
consent-policy = Privacy policy
consent-terms = Terms of service

# What a client asks for: one line each.

scope-openid = Recognise you when you come back
scope-profile = See your profile: name, picture, birthday, gender, language
scope-email = See your email address
scope-phone = See your phone number
scope-address = See your postal address
scope-offline-access = Keep this access while you’re away
scope-other = Use the permission { $scope }

# The pages about signing out, and the one without a client.

logout-title = Sign out
logout-heading = Do you want to sign out?
logout-lead = You’re signed in to { $brand }.
logout-lead-user = You’re signed in to { $brand } as { $user }.
logout-client = { $client } has asked for this.
logout-confirm = Sign out
logout-all = Sign out of all accounts here
logout-stay = Stay signed in
logged-out-title = You’re signed out
logged-out-lead = You have left your { $brand } account in this browser.
logged-out-shared = If you share this device, close all browser windows too.
signed-in-title = You’re signed in
signed-in-lead = Welcome to { $brand }, { $user }.
me-apps = Apps you can open
me-sessions = Where you’re signed in
me-session = Signed in { $since }, last used { $used }.
me-this = This browser.
me-end-session = Sign out there
me-consents = What you’ve allowed
me-consent = { $client } may use: { $scopes }. Since { $since }.
me-revoke = Take back
me-end-all-lead = Signs you out in every browser, and takes back every app’s access.
me-end-all = Sign out everywhere

# The page that carries an answer to a client.

form-post-title = One moment, please
form-post-lead = We’re taking you to { $client }.
form-post-continue = Continue

# The page on which an account is made, and the one on which one is chosen.

register-title = Create an account
register-lead = One account for all of { $brand }.
register-name = Your name
register-email = Email
register-submit = Create account
register-have = Already have an account?
register-problem-details = An account can’t be made with these details. Please check your email address and your name.
register-problem-password = Please choose a longer password that isn’t easy to guess.
choose-title = Choose an account
choose-continue = Continue as { $user }
choose-other = Use another account
