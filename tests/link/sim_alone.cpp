// Linked with every object of spindle_sim and no other library of this project: a symbol borrowed
// from models/ or app/ would be undefined here.
int main() {
  return 0;
}
