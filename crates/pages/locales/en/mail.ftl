# What is sent to people: a subject, and what it says.

mail-recover-subject = Choose a new password for { $brand }
mail-recover-lead = Somebody, probably you, asked for a new password for your { $brand } account.
mail-recover-action = Choose a new password
mail-recover-valid =
    { $number ->
        [one] The link works once, for one minute.
       *[other] The link works once, for { $number } minutes.
    }
mail-recover-else = If it wasn’t you, there is nothing to do: your password stays as it is.
mail-verify-subject = Confirm your email address for { $brand }
mail-verify-lead = This address was given for an account at { $brand }. Please confirm that it is yours.
mail-verify-action = Confirm this address
mail-verify-else = If you know nothing of it, there is nothing to do.
mail-password-subject = Your password for { $brand } was changed
mail-password-lead = The password of your { $brand } account was changed at { $when }.
mail-address-subject = Your email address at { $brand } was changed
mail-address-lead = The email address of your { $brand } account was changed at { $when }. Further mail goes to the new one.
mail-phone-subject = Your phone number at { $brand } was changed
mail-phone-lead = The phone number of your { $brand } account was changed at { $when }.
mail-factor-added-subject = An authenticator was added to your { $brand } account
mail-factor-added-lead = An authenticator was added to your { $brand } account at { $when }. From now on its codes are asked for, or one of the new recovery codes.
mail-factor-removed-subject = An authenticator was removed from your { $brand } account
mail-factor-removed-lead = The authenticator of your { $brand } account was removed at { $when }. Its codes and the recovery codes no longer work.
mail-deleted-subject = Your { $brand } account was deleted
mail-deleted-lead = Your { $brand } account was deleted at { $when }. This is the last mail about it.
mail-not-you = If it was neither you nor anybody who may, get in touch with { $brand } at once.
mail-address-again = If the button doesn’t work, open this address in your browser:
mail-automatic = Please don’t answer this mail: nobody reads what comes back.
