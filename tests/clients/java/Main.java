
/**
 * usage: java Main MANIFEST CLIENTS
 *
 * Signs in at a running demo with Nimbus' OAuth 2.0 SDK, in every flow. MANIFEST is the demo's, CLIENTS a file with the
 * clients that ../beside-demo has registered: {"basic": {"client_id": …}, …}.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        try {
            run(arguments);
        } catch (Exception | AssertionError thrown) {
            // What a check needed before it began.
            Checks.check("everything", () -> {
                throw new AssertionError(thrown);
            });
        }
        System.exit(Checks.summary("Nimbus") ? 0 : 1);
    }

    private static void run(String[] arguments) throws Exception {
        var setting = Setting.read(arguments[0], arguments[1]);
        Flows.code(setting, "basic");
        Flows.code(setting, "post");
        Flows.code(setting, "public");
        Flows.code(setting, "hmac");
        Flows.code(setting, "key");
        Flows.codeMisused(setting);
        Flows.implicit(setting);
        Flows.hybrid(setting);
        Asking.run(setting);
        Signatures.verified(setting);
        Signatures.encrypted(setting);
        Requests.pushed(setting);
        Requests.signed(setting);
        Requests.signedResponses(setting);
        Requests.userInfo(setting);
        Grants.refresh(setting);
        Grants.programs(setting);
        Grants.revocation(setting);
        Proofs.boundTokens(setting);
        Proofs.securityProfile(setting);
        Elsewhere.devices(setting);
        Elsewhere.backchannel(setting);
        Speaking.run(setting);
        Registration.run(setting);
        Logout.run(setting);
    }
}
