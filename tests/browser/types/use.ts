// What a brand's own code may write: compiled, never run. It imports the types as the provider serves them.
import helper, { signet, type Identity, type Token } from "./signet";

signet.configure({ client: "messaging-code", flow: "code", timeout: 30, interaction: "popup", named: true });
const token: Promise<Token> = signet.token({ challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM" });
void token.then((it) => (typeof it === "string" ? it : it.ssoKey + it.redirect_uri));
signet.onchange = ({ detail }) => console.log(detail?.sub, detail?.acr satisfies "loa1" | undefined);
signet.addEventListener("change", (event) => console.log(event.detail));
const identity: Promise<Identity | null> = window.signet.login({ interaction: "redirect" });
void identity.then(() => signet.logout());
void (helper satisfies typeof signet).identity();
// @ts-expect-error: there is no such flow
signet.configure({ flow: "hybrid" });
// @ts-expect-error: nobody may write who is there
(await signet.identity())!.acr = "loa2";
