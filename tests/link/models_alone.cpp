// Linked with every object of spindle_models, with spindle_sim and with nothing of app/: a symbol
// borrowed from there would be undefined here.
int main() {
  return 0;
}
