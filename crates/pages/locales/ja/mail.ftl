# 利用者に送るもの。件名と本文。

mail-recover-subject = { $brand } の新しいパスワードの設定
mail-recover-lead = { $brand } アカウントの新しいパスワードの設定が依頼されました。
mail-recover-action = 新しいパスワードを設定する
mail-recover-valid =
    { $number ->
       *[other] このリンクは { $number } 分間、1 回だけ使えます。
    }
mail-recover-else = 心当たりがない場合は、何もする必要はありません。パスワードはそのままです。
mail-verify-subject = { $brand } のメールアドレスの確認
mail-verify-lead = このアドレスが { $brand } のアカウントに登録されました。ご本人のものであることを確認してください。
mail-verify-action = このアドレスを確認する
mail-verify-else = 心当たりがない場合は、何もする必要はありません。
mail-password-subject = { $brand } のパスワードが変更されました
mail-password-lead = { $brand } アカウントのパスワードが { $when } に変更されました。
mail-address-subject = { $brand } のメールアドレスが変更されました
mail-address-lead = { $brand } アカウントのメールアドレスが { $when } に変更されました。今後のメールは新しいアドレスに送られます。
mail-phone-subject = { $brand } の電話番号が変更されました
mail-phone-lead = { $brand } アカウントの電話番号が { $when } に変更されました。
mail-factor-added-subject = { $brand } アカウントに認証アプリが追加されました
mail-factor-added-lead = { $brand } アカウントに認証アプリが { $when } に追加されました。今後はそのコード、または新しい回復コードが必要です。
mail-factor-removed-subject = { $brand } アカウントから認証アプリが削除されました
mail-factor-removed-lead = { $brand } アカウントの認証アプリが { $when } に削除されました。そのコードと回復コードは使えなくなりました。
mail-deleted-subject = { $brand } アカウントが削除されました
mail-deleted-lead = { $brand } アカウントは { $when } に削除されました。このアカウントについてのメールはこれが最後です。
mail-not-you = ご本人にも権限のある人にも心当たりがない場合は、すぐに { $brand } にご連絡ください。
mail-address-again = ボタンが使えない場合は、次のアドレスをブラウザーで開いてください。
mail-automatic = このメールには返信しないでください。返信は誰にも読まれません。
