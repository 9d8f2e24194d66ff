# パスワードを忘れた方のためのページ。

recover-title = パスワードをお忘れですか？
recover-lead = お名前をお知らせください。新しいパスワードを設定するためのリンクをメールでお送りします。
recover-submit = リンクを送る
recover-back = ログインに戻る
recover-sent-title = メールをご確認ください
recover-sent-lead = そのお名前のアカウントがあれば、登録されているメールアドレスにリンクをお送りしています。リンクは一度だけ、{ $number } 分以内に使えます。
mail-help = 届きませんか？ 迷惑メールもご確認のうえ、数分待ってからもう一度お試しください。
new-password-title = 新しいパスワードを設定
new-password-lead = { $brand } のアカウント { $user } のパスワードです。
new-password-label = 新しいパスワード
new-password-ends = すべてのブラウザーとアプリからログアウトします。
new-password-submit = 新しいパスワードを保存
recover-done-title = 新しいパスワードを保存しました
recover-done-lead = すべての場所からログアウトしました。新しいパスワードでログインしてください。

# パスワードの問題点。

password-problem-short = { $number } 文字以上にしてください。
password-problem-long = このパスワードは長すぎます。もっと短いものを選んでください。
password-problem-common = 最初に推測されるパスワードの一つです。別のものを選んでください。
password-problem-breached = ほかの場所で漏れたパスワードです。別のものを選んでください。
password-problem-unchecked = 現在このパスワードを確認できません。後でもう一度お試しください。
password-problem-context = お名前、メールアドレス、当社の名前だけでパスワードを作らないでください。
password-problem-repeated = 短い並びを繰り返さないでください。もっと不規則なものを選んでください。

# ご自身のページ：パスワードとメールアドレス。

me-password = パスワード
me-password-current = 現在のパスワード
me-password-others = ほかのすべての場所からログアウトします。
me-password-submit = パスワードを変更
me-password-wrong = 現在のパスワードが正しくありません。
me-back = アカウントに戻る
password-changed-title = パスワードを変更しました
password-changed-lead = これからは新しいパスワードをお使いください。
me-address = メールアドレス
me-address-unproved = { $email } はまだ確認されていません。
me-address-proved = { $email } は確認済みです。
me-address-submit = 確認用のリンクを送る
address-sent-title = メールをご確認ください
address-sent-lead = メールアドレスにリンクをお送りしています。リンクを開いて、ご自身のアドレスであることを確認してください。
address-title = メールアドレスの確認
address-lead = { $email } は { $brand } のアカウントに登録されています。ご自身のものですか？
address-submit = はい、自分のものです
address-proved-title = メールアドレスを確認しました
address-proved-lead = ありがとうございます。元のところから続けられます。
