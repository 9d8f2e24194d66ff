# エラーの種類ごとに、見出しと一文。

error-request-id = リクエスト番号

error-invalid-request-title = このリンクは開けません
error-invalid-request-message = 移動元のアプリからの要求が不完全か、正しくありません。

error-repeated-parameter-title = このリンクは開けません
error-repeated-parameter-message = 移動元のアプリが同じパラメーターを複数回指定しました。

error-unknown-client-title = 登録されていないアプリです
error-unknown-client-message = 移動元のアプリは登録されていません。

error-client-unavailable-title = このアプリは停止されています
error-client-unavailable-message = 移動元のアプリでは、現在ログインできません。

error-redirect-uri-title = 安全に戻ることができません
error-redirect-uri-message = 移動元のアプリが、登録されていない戻り先を指定しました。

error-request-object-title = この要求は信頼できません
error-request-object-message = 移動元のアプリの署名を検証できませんでした。

error-request-uri-title = このリンクは使用済みです
error-request-uri-message = このリンクの要求は、すでに使用されたか、有効期限が切れています。

error-expired-link-title = このリンクは使えません
error-expired-link-message = すでに使われたか、古すぎるか、その後に変更があったため、新しいリンクをお求めください。

error-too-large-title = 要求が大きすぎます
error-too-large-message = 移動元のアプリが、受け付けられる量を超えるデータを送信しました。

error-expired-interaction-title = このページは有効期限が切れています
error-expired-interaction-message = 時間がかかりすぎたか、すでに完了していますので、アプリに戻って最初からやり直してください。

error-other-browser-title = ここで最初からやり直してください
error-other-browser-message = この操作は別のブラウザーで始められましたので、アプリに戻り、このブラウザーで最初からやり直してください。

error-no-cookie-title = Cookie が必要です
error-no-cookie-message = ブラウザーから Cookie が送信されませんでしたので、このサイトの Cookie を許可して最初からやり直してください。

error-csrf-title = フォームを受け付けられませんでした
error-csrf-message = フォームが古いか、当サイトのページから送信されたものではありませんので、前のページに戻ってもう一度お試しください。

error-logout-request-title = このリンクは開けません
error-logout-request-message = 移動元のアプリからのログアウトの要求が正しくありません。

error-account-unavailable-title = ログインは停止されています
error-account-unavailable-message = 現在、ここではログインできません。

error-sign-in-refused-title = サインインできませんでした
error-sign-in-refused-message = 会社のサインインではここに入れませんでしたので、もう一度お試しになるか、アカウントの管理者にお問い合わせください。

error-rate-limited-title = しばらくお待ちください
error-rate-limited-message = 試行回数が多すぎますので、しばらく待ってからもう一度お試しください。

error-busy-title = 大変混み合っています
error-busy-message = 現在処理が混み合っていますので、しばらくしてからもう一度お試しください。

error-not-found-title = ページが見つかりません
error-not-found-message = このアドレスにページはありません。

error-method-not-allowed-title = この操作はできません
error-method-not-allowed-message = このページをその方法で使うことはできません。

error-unsupported-media-type-title = この操作はできません
error-unsupported-media-type-message = フォームが受け付けられない形式で送信されました。

error-misdirected-request-title = ここには何もありません
error-misdirected-request-message = このアドレスにウェブサイトはありません。

error-internal-title = 問題が発生しました
error-internal-message = 当サイト側の問題ですので、しばらくしてからもう一度お試しください。
