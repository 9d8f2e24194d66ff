# The pages for what another device began.

device-title = デバイスを接続
device-lead = デバイスに表示されているコードを入力してください。
device-code = コード
device-submit = 続ける
device-problem-unknown = このコードを待っているデバイスはありません。コードを確認するか、デバイスで新しいコードを取得してください。
approval-code = デバイスに表示されているコード：{ $code }
approval-message = もう一方のデバイスの表示：{ $message }
approval-warning = ご自身で始めた操作で、デバイスが目の前にある場合にのみ許可してください。
decided-allowed-title = 完了しました
decided-allowed-lead = もう一方のデバイスで続けてください。
decided-denied-title = 拒否しました
decided-denied-lead = もう一方のデバイスには何も共有されていません。
decided-nothing-title = 待っているものはありません
decided-nothing-lead = 現在、承認を求めているデバイスはありません。
closing-title = 会話にお戻りください
closing-lead = このウィンドウを閉じて、元の画面で続けてください。
