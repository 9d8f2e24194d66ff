import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;

/**
 * usage: java Main MANIFEST CLIENTS
 *
 * Signs in at a running demo with Nimbus' OAuth 2.0 SDK, in every flow. MANIFEST is the demo's, CLIENTS a file with the
 * clients that ../beside-demo has registered: {"basic": {"client_id": …}, …}.
 */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        var setting = Setting.read(arguments[0], arguments[1]);
        Flows.code(setting, "basic", ClientSecretBasic::new);
        Flows.code(setting, "post", ClientSecretPost::new);
        Flows.code(setting, "public", null);
        Flows.codeMisused(setting);
        Flows.implicit(setting);
        Flows.hybrid(setting);
        Signatures.verified(setting);
        Signatures.encrypted(setting);
        System.exit(Checks.summary("Nimbus") ? 0 : 1);
    }
}
