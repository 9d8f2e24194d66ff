# One heading and one sentence per kind of error.

error-request-id = Request ID

error-invalid-request-title = We can’t follow this link
error-invalid-request-message = The app that sent you here made a request that is incomplete or not valid.

error-repeated-parameter-title = We can’t follow this link
error-repeated-parameter-message = The app that sent you here gave the same parameter more than once.

error-unknown-client-title = We don’t know this app
error-unknown-client-message = The app that sent you here is not registered with us.

error-client-unavailable-title = This app is switched off
error-client-unavailable-message = The app that sent you here may not sign anyone in at the moment.

error-redirect-uri-title = We can’t send you back safely
error-redirect-uri-message = The app that sent you here wants you back at an address that is not registered for it.

error-request-object-title = We can’t trust this request
error-request-object-message = The app that sent you here signed its request in a way that could not be verified.

error-request-uri-title = This link has been used
error-request-uri-message = The request behind this link has been used already, or it has expired.

error-expired-link-title = This link doesn’t work any more
error-expired-link-message = It has been used, it is too old, or something has changed since, so please ask for a new one.

error-too-large-title = This request is too large
error-too-large-message = The app that sent you here sent more than we accept.

error-expired-interaction-title = This page has expired
error-expired-interaction-message = This took too long or was finished already, so please go back to the app and start again.

error-other-browser-title = Please start again here
error-other-browser-message = This was begun in another browser, so please go back to the app and start again in this one.

error-no-cookie-title = We need a cookie
error-no-cookie-message = Your browser did not send our cookie, so please allow cookies for this site and start again.

error-csrf-title = We couldn’t accept this form
error-csrf-message = The form is too old or did not come from our own page, so please go back and try again.

error-logout-request-title = We can’t follow this link
error-logout-request-message = The app that sent you here made a sign-out request that is not valid.

error-account-unavailable-title = Signing in is switched off
error-account-unavailable-message = Nobody can sign in here at the moment.

error-sign-in-refused-title = You couldn’t be signed in
error-sign-in-refused-message = Your company’s sign-in didn’t let you in here, so please try again, or ask whoever administers your account.

error-rate-limited-title = Please wait a moment
error-rate-limited-message = There have been too many attempts, so please wait a moment and try again.

error-busy-title = We’re very busy
error-busy-message = There is more to do than we can manage at the moment, so please try again shortly.

error-not-found-title = This page doesn’t exist
error-not-found-message = There is no page at this address.

error-method-not-allowed-title = That doesn’t work here
error-method-not-allowed-message = This page can’t be used in that way.

error-unsupported-media-type-title = That doesn’t work here
error-unsupported-media-type-message = The form came in a format that we don’t accept.

error-misdirected-request-title = Nobody lives here
error-misdirected-request-message = There is no website at this address.

error-internal-title = Something went wrong
error-internal-message = The fault is on our side, so please try again in a moment.
