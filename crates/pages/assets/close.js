// The pop-up has done what it was opened for.
window.close();
