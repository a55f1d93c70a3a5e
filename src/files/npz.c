/* npz.c */
#include "files/npz.h"
