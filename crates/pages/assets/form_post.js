// Sends the authorization response. The prototype's method, since a parameter may be called "submit".
HTMLFormElement.prototype.submit.call(document.getElementById("form-post"));
