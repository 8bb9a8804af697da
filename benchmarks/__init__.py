"""How fast is Tongchi, how much memory does it take, and how do others fare on the same machine at the same time?"""
