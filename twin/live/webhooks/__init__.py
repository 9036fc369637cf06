"""What happens, told to the robots of WeCom and DingTalk and to programs of the house: the only messages that leave.

``settings`` says to whom, ``notice`` what, ``formats`` in which form, ``courier`` delivers, ``running`` holds them all.
"""
