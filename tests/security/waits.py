"""A reader of files that never comes to an end and needs no processor time for it."""

import time

if __name__ == "__main__":
    time.sleep(60)
