# 複数のページで使う文言。

error-prefix = エラー：
onward = { $client } へ進む
