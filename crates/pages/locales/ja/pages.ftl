# ログインページ。

login-title = ログイン
login-lead = { $brand } のアカウントでログインします。
login-lead-client = { $client } に進みます
login-heading-again = もう一度ログイン
login-lead-again = 続ける前に、ご本人であることを確認してください。
login-username = メールアドレスまたはユーザー名
login-password = パスワード
login-show-password = 表示
login-hide-password = 非表示
login-remember = ログインしたままにする
login-recover = パスワードをお忘れですか？
login-submit = ログイン
login-cancel = キャンセル
login-new-here = { $brand } は初めてですか？
login-register = アカウントを作成
login-registered = 先ほど設定したパスワードでログインしてください。このお名前のアカウントをすでにお持ちだった場合は、そのアカウントのパスワードをお使いください。
login-problem-credentials = ユーザー名またはパスワードが正しくありません。ご確認のうえ、もう一度お試しください。
login-problem-throttled = 試行回数が多すぎます。しばらく待ってから、もう一度お試しください。
login-problem-throttled-for = 試行回数が多すぎます。{ $number } 秒後にもう一度お試しください。

# 同意ページ。

consent-title = { $client } を許可
consent-heading = { $client } が { $brand } のアカウントの利用を求めています
consent-user = { $user } としてログインしています。
consent-scopes = { $client } が求めている内容
consent-redirect = 回答は { $host } に送信されます。
consent-allow = 許可する
consent-deny = 許可しない
consent-about = { $client } について：
consent-policy = プライバシーポリシー
consent-terms = 利用規約

# クライアントが求める内容。一行に一つ。

scope-openid = 次回以降もご本人と認識すること
scope-profile = プロフィールの閲覧（名前、写真、誕生日、性別、言語）
scope-email = メールアドレスの閲覧
scope-phone = 電話番号の閲覧
scope-address = 住所の閲覧
scope-offline-access = ご不在の間もアクセスを維持すること
scope-other = 権限 { $scope } の利用

# ログアウトのページと、行き先のないページ。

logout-title = ログアウト
logout-heading = ログアウトしますか？
logout-lead = { $brand } にログインしています。
logout-lead-user = { $brand } に { $user } としてログインしています。
logout-client = { $client } から要求がありました。
logout-confirm = ログアウト
logout-all = ここにあるすべてのアカウントからログアウト
logout-stay = ログインしたままにする
logged-out-title = ログアウトしました
logged-out-lead = このブラウザーで { $brand } のアカウントからログアウトしました。
logged-out-shared = 共有の端末をお使いの場合は、ブラウザーのウィンドウもすべて閉じてください。
signed-in-title = ログインしています
signed-in-lead = { $brand } へようこそ、{ $user } さん。
me-apps = 開けるアプリ
me-sessions = ログイン中の場所
me-session = { $since } にログイン、最終利用 { $used }。
me-this = このブラウザー。
me-end-session = ログアウトする
me-consents = 許可した内容
me-consent = { $client } が使えるもの: { $scopes }。{ $since } から。
me-revoke = 取り消す
me-end-all-lead = すべてのブラウザーからログアウトし、すべてのアプリのアクセスを取り消します。
me-end-all = すべての場所からログアウト

# クライアントに回答を渡すページ。

form-post-title = 少々お待ちください
form-post-lead = { $client } に移動しています。
form-post-continue = 続ける

# The page on which an account is made, and the one on which one is chosen.

register-title = アカウントを作成
register-lead = { $brand } で使える共通のアカウントです。
register-name = お名前
register-email = メールアドレス
register-submit = アカウントを作成する
register-have = すでにアカウントをお持ちですか？
register-problem-details = この内容ではアカウントを作成できません。メールアドレスとお名前をご確認ください。
register-problem-password = 推測されにくい、より長いパスワードを選んでください。
choose-title = アカウントを選択
choose-continue = { $user } として続ける
choose-other = 別のアカウントを使う
