import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.token.AccessToken;
import com.nimbusds.openid.connect.sdk.AuthenticationRequest;
import com.nimbusds.openid.connect.sdk.AuthenticationResponseParser;
import com.nimbusds.openid.connect.sdk.OIDCClaimsRequest;
import com.nimbusds.openid.connect.sdk.Prompt;
import com.nimbusds.openid.connect.sdk.claims.ClaimRequirement;
import com.nimbusds.openid.connect.sdk.claims.ClaimsSetRequest;
import com.nimbusds.openid.connect.sdk.claims.IDTokenClaimsSet;
import java.util.function.Consumer;

/** What a request may ask of the provider: silence, a fresh login, and single claims. */
final class Asking {
    private Asking() {}

    private record Got(IDTokenClaimsSet claims, AccessToken access) {}

    static void run(Setting setting) throws Exception {
        var party = new Party(setting, "basic");
        var browser = new Browser(setting);
        Consumer<AuthenticationRequest.Builder> silently = it -> it.prompt(new Prompt(Prompt.Type.NONE));
        Checks.refused("prompt=none: nobody is there", Flows.answered("login_required"), () -> ask(party, browser, silently));
        Checks.check("prompt=none: after a login", () -> {
            var first = ask(party, browser, it -> it.maxAge(3600)).claims;
            var second = ask(party, browser, it -> it.maxAge(3600).prompt(new Prompt(Prompt.Type.NONE))).claims;
            Checks.requireEqual(second.getStringClaim("sid"), first.getStringClaim("sid"));
            Checks.require(first.getAuthenticationTime() != null, first.toJSONObject());
            Checks.requireEqual(second.getAuthenticationTime(), first.getAuthenticationTime());
        });
        Checks.check("prompt=login: another login", () -> {
            var claims = ask(party, browser, it -> it.prompt(new Prompt(Prompt.Type.LOGIN)).maxAge(0)).claims;
            Checks.requireEqual(claims.getSubject().getValue(), setting.consumer().sub());
        });
        Checks.check("claims: one in the id_token, one at userinfo", () -> {
            var wanted = new OIDCClaimsRequest()
                    .withIDTokenClaimsRequest(new ClaimsSetRequest().add("email").add("acr"))
                    .withUserInfoClaimsRequest(new ClaimsSetRequest().add(new ClaimsSetRequest.Entry("given_name").withClaimRequirement(ClaimRequirement.ESSENTIAL)));
            var got = ask(party, browser, it -> it.scope(new Scope("openid")).claims(wanted));
            Checks.requireEqual(got.claims.getStringClaim("email"), setting.consumer().username());
            Checks.require(got.claims.getACR() != null, got.claims.toJSONObject());
            var info = party.userInfo(got.access);
            Checks.require(info.getGivenName() != null && info.getEmailAddress() == null, info.toJSONObject());
        });
        Checks.refused("claims: another consumer than the one that is there", Flows.answered("login_required"), () -> {
            var another = new ClaimsSetRequest().add(new ClaimsSetRequest.Entry("sub").withValue("somebody-else"));
            ask(party, browser, it -> it.prompt(new Prompt(Prompt.Type.NONE)).claims(new OIDCClaimsRequest().withIDTokenClaimsRequest(another)));
        });
    }

    /** The code flow in that browser, for a request that is changed before it goes. */
    private static Got ask(Party party, Browser browser, Consumer<AuthenticationRequest.Builder> change) throws Exception {
        var sent = new Party.Sent();
        var request = party.request(sent);
        change.accept(request);
        var arrived = browser.authorize(request.build().toURI(), party.setting.consumer());
        var answer = party.answered(sent, AuthenticationResponseParser.parse(arrived)).answer();
        var tokens = party.redeem(sent, answer.getAuthorizationCode()).getOIDCTokens();
        return new Got(party.verify(tokens.getIDToken(), sent.nonce(), tokens.getAccessToken(), null), tokens.getAccessToken());
    }
}
