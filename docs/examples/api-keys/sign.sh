#!/usr/bin/env bash
# usage: sign.sh MANIFEST
#
# Reads an account's users in a request that is signed with an API key, with openssl and curl alone.
set -euo pipefail

of() { python3 -c 'import json, sys, functools; print(functools.reduce(lambda it, key: it[key], sys.argv[2].split("."), json.load(open(sys.argv[1]))))' "$manifest" "$1"; }
manifest=$1
app_key=$(of gateway.app_key.app_key)
secret=$(of gateway.app_key.secret)
access_token=$(of gateway.app_key.access_token)
access_token_secret=$(of gateway.app_key.access_token_secret)

# All but the unreserved characters, with upper-case digits (RFC 3986 §2.3).
encode() {
    local LC_ALL=C text=$1 i character
    for ((i = 0; i < ${#text}; i++)); do
        character=${text:i:1}
        case $character in
            [A-Za-z0-9._~-]) printf '%s' "$character" ;;
            *) printf '%%%02X' "'$character" ;;
        esac
    done
}

method=GET
url=$(of gateway.base_url)/api/account/$(of gateway.account_id)/configuration/le-users/users
nonce=$(openssl rand -hex 16)
timestamp=$(date +%s)

# The query's parameters and the header's, encoded and sorted by their names.
parameters=$(LC_ALL=C sort <<EOF
oauth_consumer_key=$app_key
oauth_nonce=$nonce
oauth_signature_method=HMAC-SHA1
oauth_timestamp=$timestamp
oauth_token=$access_token
oauth_version=1.0
select=id%2CloginName
v=6.0
EOF
)
base="$method&$(encode "$url")&$(encode "${parameters//$'\n'/"&"}")"
signature=$(printf '%s' "$base" | openssl dgst -sha1 -hmac "$secret&$access_token_secret" -binary | openssl base64)

curl --fail --silent --show-error "$url?v=6.0&select=id,loginName" \
    ${CURL_CA_BUNDLE:+--cacert "$CURL_CA_BUNDLE"} \
    -H "Authorization: OAuth oauth_consumer_key=\"$app_key\", oauth_token=\"$access_token\", \
oauth_signature_method=\"HMAC-SHA1\", oauth_timestamp=\"$timestamp\", oauth_nonce=\"$nonce\", oauth_version=\"1.0\", \
oauth_signature=\"$(encode "$signature")\""
echo
