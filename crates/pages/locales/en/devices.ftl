# The pages for what another device began.

device-title = Connect a device
device-lead = Type the code that your device shows.
device-code = Code
device-submit = Continue
device-problem-unknown = No device waits for this code. Please check it, or get a new one on the device.
approval-code = The device shows the code { $code }.
approval-message = The other device shows: { $message }
approval-warning = Only allow this if you began it yourself, and if the device is in front of you.
decided-allowed-title = Done
decided-allowed-lead = You can go on on your other device.
decided-denied-title = Refused
decided-denied-lead = Nothing was shared with the other device.
decided-nothing-title = Nothing waits for you
decided-nothing-lead = No other device is asking for your approval at the moment.
closing-title = Back to your conversation
closing-lead = You can close this window and go on where you were.
