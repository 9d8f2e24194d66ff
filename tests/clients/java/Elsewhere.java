import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.ciba.CIBAGrant;
import com.nimbusds.oauth2.sdk.ciba.CIBARequest;
import com.nimbusds.oauth2.sdk.ciba.CIBARequestAcknowledgement;
import com.nimbusds.oauth2.sdk.ciba.CIBAResponse;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationRequest;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationResponse;
import com.nimbusds.oauth2.sdk.device.DeviceAuthorizationSuccessResponse;
import com.nimbusds.oauth2.sdk.device.DeviceCodeGrant;
import java.net.URI;

/** Consumers who are somewhere else: at another screen than the device's (RFC 8628), or at a device of their own (CIBA). */
final class Elsewhere {
    private static final Scope SCOPE = new Scope("openid", "email");

    private Elsewhere() {}

    /** A device shows a code, and the consumer types it elsewhere. */
    static void devices(Setting setting) throws Exception {
        var party = new Party(setting, "device");
        Checks.check("device: allowed", () -> {
            var begun = begin(party);
            var grant = new DeviceCodeGrant(begun.getDeviceCode());
            Checks.refused("device: not yet", Flows.answered("authorization_pending"), () -> party.token(party.request(grant)));
            new Browser(setting).decide(begun.getVerificationURIComplete(), setting.consumer(), "allow");
            requireWho(party, grant, begun.getInterval());
        });
        Checks.refused("device: denied", Flows.answered("access_denied"), () -> {
            var begun = begin(party);
            new Browser(setting).decide(begun.getVerificationURIComplete(), setting.consumer(), "deny");
            party.token(party.request(new DeviceCodeGrant(begun.getDeviceCode())));
        });
    }

    /** A client asks, and the consumer answers on a device of their own. */
    static void backchannel(Setting setting) throws Exception {
        var party = new Party(setting, "counter");
        var approve = URI.create(setting.issuer() + "/approve");
        Checks.check("backchannel request: allowed", () -> {
            var begun = ask(party, setting.consumer().username());
            new Browser(setting).decide(approve, setting.consumer(), "allow");
            requireWho(party, new CIBAGrant(begun.getAuthRequestID()), 0);
        });
        Checks.refused("backchannel request: denied", Flows.answered("access_denied"), () -> {
            var begun = ask(party, setting.consumer().username());
            new Browser(setting).decide(approve, setting.consumer(), "deny");
            party.token(party.request(new CIBAGrant(begun.getAuthRequestID())));
        });
        Checks.refused("backchannel request: about nobody", Flows.answered("unknown_user_id"), () ->
                ask(party, "nobody@example.test"));
    }

    private static DeviceAuthorizationSuccessResponse begin(Party party) throws Exception {
        var endpoint = party.metadata.getDeviceAuthorizationEndpointURI();
        var request = new DeviceAuthorizationRequest.Builder(party.id).scope(SCOPE).endpointURI(endpoint).build();
        var response = DeviceAuthorizationResponse.parse(request.toHTTPRequest().send());
        if (!response.indicatesSuccess()) throw new Party.Refused(response.toErrorResponse().getErrorObject());
        return response.toSuccessResponse();
    }

    private static CIBARequestAcknowledgement ask(Party party, String who) throws Exception {
        var request = new CIBARequest.Builder(party.authentication(), SCOPE)
                .endpointURI(party.metadata.getBackChannelAuthenticationEndpointURI())
                .loginHint(who)
                .bindingMessage("W-4711")
                .build();
        var response = CIBAResponse.parse(request.toHTTPRequest().send());
        if (!response.indicatesSuccess()) throw new Party.Refused(response.toErrorResponse().getErrorObject());
        return response.toRequestAcknowledgement();
    }

    /** Presents the grant, after a pause in seconds. */
    private static void requireWho(Party party, AuthorizationGrant grant, long pause) throws Exception {
        Thread.sleep(pause * 1000);
        var tokens = party.token(party.request(grant)).getTokens().toOIDCTokens();
        party.verify(tokens.getIDToken(), null, tokens.getAccessToken(), null);
        var info = party.userInfo(tokens.getAccessToken());
        Checks.requireEqual(info.getEmailAddress(), party.setting.consumer().username());
    }
}
